package io.meshtransformer.training.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Checkpoints are not what they must be; the message names directory or file, and what is wrong. */
public abstract sealed class CheckpointException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Stable name of the kind of problem. */
    public abstract String code();

    /** A file is missing, cut off, or not the one that was written. */
    public static final class Damaged extends CheckpointException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Path file;

        Damaged(Path file, String problem, Throwable cause) {
            super(file + ": " + problem, cause);
            this.file = file;
        }

        Damaged(Path file, String problem) {
            this(file, problem, null);
        }

        public Path file() {
            return file;
        }

        @Override
        public String code() {
            return "checkpoint_damaged";
        }
    }

    /** There is no checkpoint of this step. */
    public static final class Absent extends CheckpointException {
        @Serial
        private static final long serialVersionUID = 1L;

        Absent(String message) {
            super(message, null);
        }

        @Override
        public String code() {
            return "checkpoint_absent";
        }
    }

    /** Another process, or another store of this one, writes checkpoints there. */
    public static final class InUse extends CheckpointException {
        @Serial
        private static final long serialVersionUID = 1L;

        InUse(Path directory) {
            super("another run already writes checkpoints in " + directory, null);
        }

        @Override
        public String code() {
            return "checkpoints_in_use";
        }
    }
}
