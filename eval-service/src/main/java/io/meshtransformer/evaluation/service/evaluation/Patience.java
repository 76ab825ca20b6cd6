package io.meshtransformer.evaluation.service.evaluation;

import java.time.Duration;

/**
 * How long, and how often.
 *
 * @param answer until a model that said nothing is asked again
 * @param pause before a checkpoint that was not there is published and asked for again; doubled from one to the next
 * @param longestPause what the doubling ends at
 * @param tries for which a checkpoint may not be there in a row
 */
public record Patience(Duration answer, Duration pause, Duration longestPause, int tries) {
    public Patience {
        if (tries < 1) {
            throw new IllegalArgumentException("tries is " + tries + ", it must be at least 1");
        }
    }

    /** @param failures so far, from 1 */
    Duration pauseAfter(int failures) {
        var pause = this.pause;
        for (var i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
