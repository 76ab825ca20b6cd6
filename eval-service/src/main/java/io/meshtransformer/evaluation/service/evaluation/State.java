package io.meshtransformer.evaluation.service.evaluation;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** Where an evaluation stands. */
public sealed interface State {
    /** It takes one of the places of evaluations that may go at once. */
    sealed interface WithPlace extends State {}

    /** Nothing happens until somebody asks for it. */
    sealed interface Ended extends State {
        Instant at();
    }

    /** As many others as may go at once. */
    record Queued() implements State {}

    /**
     * Somebody was asked what answers for its model.
     *
     * @param due when to ask again
     * @param reason why the model was not there the last time, or null
     */
    record Waiting(Instant due, String reason) implements WithPlace {
        public Waiting {
            requireNonNull(due, "due is null");
        }
    }

    /** Its documents are asked and judged. */
    record Running() implements WithPlace {}

    /** Somebody wants nothing to be asked for now. */
    record Paused() implements State {}

    /** Every document is judged, and results are there. */
    record Finished(Instant at) implements Ended {
        public Finished {
            requireNonNull(at, "at is null");
        }
    }

    record Failed(Instant at, String reason) implements Ended {
        public Failed {
            requireNonNull(at, "at is null");
            requireNonNull(reason, "reason is null");
        }
    }

    record Cancelled(Instant at) implements Ended {
        public Cancelled {
            requireNonNull(at, "at is null");
        }
    }
}
