package io.meshtransformer.training.run;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** What happens in a run, in the order in which it happens. */
public sealed interface RunEvent {

    /** What a worker is busy with; a sign of life too. */
    enum Phase {
        LOADING,
        COMPILING,
        STEPPING,
        VALIDATING,
        SAVING
    }

    record PhaseEntered(Phase phase) implements RunEvent {}

    /**
     * Steps begin.
     *
     * @param step that it goes on from: the last one that is in the weights; a new model begins at 0
     * @param lastStep after which it is finished
     * @param parameters of the model
     * @param skipped sentences on checkpoints that were there and could not be used
     */
    record Started(long step, long lastStep, long parameters, boolean resumed, List<String> skipped)
            implements RunEvent {
        public Started {
            skipped = List.copyOf(skipped);
        }
    }

    record StepCompleted(StepRecord record) implements RunEvent {}

    /**
     * @param set name of the windows
     * @param loss cross-entropy, nats per token
     */
    record ValidationCompleted(long step, String set, double loss, long tokens) implements RunEvent {}

    /**
     * @param validationLoss of the deciding set at this step, where it was validated
     * @param best whether no checkpoint before had a smaller one
     */
    record CheckpointCommitted(long step, Path path, long bytes, OptionalDouble validationLoss, boolean best)
            implements RunEvent {}

    /** Given up for newer ones, by the run's rule. */
    record CheckpointDeleted(long step) implements RunEvent {}

    /** The run goes on; the last commit stays what it was. */
    record CheckpointFailed(long step, String reason) implements RunEvent {}
}
