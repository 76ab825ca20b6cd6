package io.meshtransformer.training.service.run;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.TrainingEvent;
import java.time.Instant;

/** What a run can meet. */
public sealed interface Input {
    /** Somebody wants it to go on. */
    record Resume() implements Input {}

    /** Somebody wants it to stop. */
    record Cancel() implements Input {}

    /** It may have a worker. */
    record Place() implements Input {}

    /** It may have none yet. */
    record NoPlace() implements Input {}

    /** Its worker, or an earlier one, said something. */
    record Heard(TrainingEvent event) implements Input {
        public Heard {
            requireNonNull(event, "event is null");
        }
    }

    /** A worker's process is gone. */
    record WorkerEnded(int attempt, Ending ending) implements Input {
        public WorkerEnded {
            requireNonNull(ending, "ending is null");
        }
    }

    /** No worker could be launched. */
    record LaunchFailed(int attempt, String reason) implements Input {
        public LaunchFailed {
            requireNonNull(reason, "reason is null");
        }
    }

    /**
     * Time passed.
     *
     * @param hearingSince from when on silence is a worker's: before, nobody could have been heard
     */
    record Tick(Instant hearingSince) implements Input {
        public Tick {
            requireNonNull(hearingSince, "hearingSince is null");
        }
    }

    /** This control plane is new; what the one before wanted of workers may not have been done. */
    record TakenOver() implements Input {}
}
