package io.meshtransformer.training.service.run;

import java.time.Duration;

/**
 * How long, and how often.
 *
 * @param start from a worker's launch until it must have said something
 * @param silence after which a worker that was heard counts as dead
 * @param cancel for a worker that was told to end for good
 * @param tries workers that may end badly one after the other without a new checkpoint
 * @param pause before the first of another worker; doubled from one to the next
 * @param longestPause what the doubling ends at
 */
public record Patience(
        Duration start, Duration silence, Duration cancel, int tries, Duration pause, Duration longestPause) {
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
