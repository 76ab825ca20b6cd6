package io.meshtransformer.training.service.run;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** Where a run stands. */
public sealed interface State {
    /** There is, or may be, a worker. */
    sealed interface WithWorker extends State {}

    /** Nothing happens until somebody asks for it. */
    sealed interface Ended extends State {
        Instant at();
    }

    /** Kept, and not looked at yet. */
    record Accepted() implements State {}

    /** As many others as may have a worker. */
    record Queued() implements State {}

    /** A worker is launched and has not begun to step. @param heard of it, or when it was launched */
    record Starting(Instant heard) implements WithWorker {
        public Starting {
            requireNonNull(heard, "heard is null");
        }
    }

    /** The worker steps. @param heard of it, last */
    record Running(Instant heard) implements WithWorker {
        public Running {
            requireNonNull(heard, "heard is null");
        }
    }

    /** The worker was told to make room, has committed, and goes. @param heard of it, last */
    record Preempted(Instant heard) implements WithWorker {
        public Preempted {
            requireNonNull(heard, "heard is null");
        }
    }

    /**
     * The worker is gone and another one comes; the run keeps its place.
     *
     * @param due when
     */
    record Restarting(Instant due, String reason) implements State {
        public Restarting {
            requireNonNull(due, "due is null");
            requireNonNull(reason, "reason is null");
        }
    }

    /** The worker was told to commit and end for good. @param deadline when it is killed */
    record Cancelling(Instant deadline) implements WithWorker {
        public Cancelling {
            requireNonNull(deadline, "deadline is null");
        }
    }

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

    /** Whether it takes one of the places of runs that may go at once. */
    default boolean hasPlace() {
        return switch (this) {
            case WithWorker _, Restarting _ -> true;
            case Accepted _, Queued _, Ended _ -> false;
        };
    }
}
