package io.meshtransformer.training.run;

import java.nio.file.Path;

/** A run cannot go on. */
public abstract sealed class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TrainingException(String message) {
        super(message);
    }

    /** The loss or the gradients are no numbers any more; trying again would not help. */
    public static final class Diverged extends TrainingException {
        private static final long serialVersionUID = 1;

        public Diverged(long step, double loss, double gradientNorm) {
            super("step " + step + ": the loss is " + loss + " and the gradient's norm " + gradientNorm
                    + "; the last checkpoint is from before. A smaller learning rate or a longer warm-up may help");
        }
    }

    /** Configuration, data, tokenizer and model don't fit together; trying again would not help. */
    public static final class Mismatch extends TrainingException {
        private static final long serialVersionUID = 1;

        public Mismatch(String message) {
            super(message);
        }
    }

    /** The end of the run is not on the disk; another try makes the steps since the last commit again. */
    public static final class Uncommitted extends TrainingException {
        private static final long serialVersionUID = 1;

        public Uncommitted(long step, long lastCommit) {
            super("the run ended at step " + step + " and that could not be committed; the last commit is of step "
                    + lastCommit);
        }
    }

    /** Another worker has the run. */
    public static final class Busy extends TrainingException {
        private static final long serialVersionUID = 1;

        public Busy(Path folder) {
            super("another worker is training in " + folder);
        }
    }
}
