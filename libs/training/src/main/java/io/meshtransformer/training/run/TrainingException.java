package io.meshtransformer.training.run;

import java.nio.file.Path;

/** A run cannot go on, and trying again would not help. */
public abstract sealed class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TrainingException(String message) {
        super(message);
    }

    /** The loss or the gradients are no numbers any more. */
    public static final class Diverged extends TrainingException {
        private static final long serialVersionUID = 1;

        public Diverged(long step, double loss, double gradientNorm) {
            super("step " + step + ": the loss is " + loss + " and the gradient's norm " + gradientNorm
                    + "; the last checkpoint is from before. A smaller learning rate or a longer warm-up may help");
        }
    }

    /** Configuration, data, tokenizer and model don't fit together. */
    public static final class Mismatch extends TrainingException {
        private static final long serialVersionUID = 1;

        public Mismatch(String message) {
            super(message);
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
