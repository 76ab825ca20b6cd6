package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.service.store.RefusalStore.RefusedRequest;
import java.time.Duration;

/** What becomes of a request that was refused. */
sealed interface Verdict {
    /** It is asked again, after a pause. */
    record Again(Duration pause) implements Verdict {}

    /** Something else answers for the model, or nothing: that is to be found out. */
    record AnotherAnswers() implements Verdict {}

    /** It will never be answered, and its evaluation ends. */
    record GivenUp(String reason) implements Verdict {}

    Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** Refusals by a fault, after which it is taken for lasting. */
    int MOST_FAULTS = 8;

    /**
     * @param before refusals of the same request
     * @param pause after the first, doubled from one to the next
     */
    static Verdict of(RefusedRequest refused, int before, Duration pause) {
        return switch (refused.code()) {
            case MODEL_CHANGED, MODEL_NOT_FOUND -> new AnotherAnswers();
            case OVERLOADED, DEADLINE_EXCEEDED -> new Again(pauseAfter(before, pause));
            case INTERNAL_ERROR, CANCELLED ->
                before + 1 < MOST_FAULTS
                        ? new Again(pauseAfter(before, pause))
                        : new GivenUp(
                                "a request was refused " + MOST_FAULTS + " times, the last time: " + refused.message());
            case INVALID_REQUEST,
                    CONTEXT_LENGTH_EXCEEDED,
                    TOKENIZER_UNAVAILABLE,
                    RUN_NOT_FOUND,
                    RUN_CONFLICT,
                    CHECKPOINT_NOT_FOUND,
                    EVALUATION_NOT_FOUND,
                    EVALUATION_CONFLICT,
                    TASK_NOT_FOUND,
                    TASK_DATA_UNAVAILABLE -> new GivenUp(refused.message());
        };
    }

    private static Duration pauseAfter(int before, Duration first) {
        var pause = first;
        for (var i = 0; i < before && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
