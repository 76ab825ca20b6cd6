package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/** What a checkpoint is called among models: {@code RUN@STEP}. */
public record CheckpointName(String run, long step) {
    public CheckpointName {
        requireNonNull(run, "run is null");
    }

    /** Of a directory {@code RUN/checkpoints/step-00000500}; nothing for another. */
    public static Optional<CheckpointName> of(Path directory) {
        var parent = directory.getParent();
        var run = parent == null ? null : parent.getParent();
        var step = directory.getFileName() == null ? null : StepName.committed(directory);
        if (run == null || run.getFileName() == null || step.isEmpty() || !parent.endsWith("checkpoints")) {
            return Optional.empty();
        }
        return Optional.of(new CheckpointName(run.getFileName().toString(), step.getAsLong()));
    }

    @Override
    public String toString() {
        return run + "@" + step;
    }
}
