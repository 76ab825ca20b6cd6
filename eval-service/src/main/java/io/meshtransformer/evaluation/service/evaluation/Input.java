package io.meshtransformer.evaluation.service.evaluation;

import static java.util.Objects.requireNonNull;

/** What an evaluation can meet. */
public sealed interface Input {
    /** Somebody wants nothing to be asked for now. */
    record Pause() implements Input {}

    /** Somebody wants it to go on. */
    record Resume() implements Input {}

    /** Somebody wants it to end. */
    record Cancel() implements Input {}

    /** Its turn has come. */
    record Place() implements Input {}

    /** What answers for its model is known. */
    record Served(String identity) implements Input {
        public Served {
            requireNonNull(identity, "identity is null");
        }
    }

    /** It was asked what answers for its model, and nothing does, or not yet. */
    record ModelMissing(String reason) implements Input {
        public ModelMissing {
            requireNonNull(reason, "reason is null");
        }
    }

    /** Its checkpoint cannot be published, now or later. */
    record CheckpointGone(String reason) implements Input {
        public CheckpointGone {
            requireNonNull(reason, "reason is null");
        }
    }

    /** Something else answers for its model than before, or nothing does. */
    record ModelChanged() implements Input {}

    /** A document cannot be read, or a model refuses what it is asked. */
    record Refused(String reason) implements Input {
        public Refused {
            requireNonNull(reason, "reason is null");
        }
    }

    /** Its results are computed. */
    record Computed() implements Input {}

    /** Time passed. */
    record Tick() implements Input {}
}
