package io.meshtransformer.training.data;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Training data is not what it must be; the message names the file, what was found and what was expected. */
public abstract sealed class DataException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Stable name of the kind of problem. */
    public abstract String code();

    /** A file of windows, or the index of a set, is damaged, cut off or not of its format. */
    public static final class CorruptWindows extends DataException {
        @Serial
        private static final long serialVersionUID = 1L;

        public CorruptWindows(Path file, String problem) {
            this(file, problem, null);
        }

        public CorruptWindows(Path file, String problem, Throwable cause) {
            super(file + ": " + problem, cause);
        }

        @Override
        public String code() {
            return "corrupt_windows";
        }
    }

    /** Windows are whole, but not for this run: another length, another vocabulary, another tokenizer. */
    public static final class UnsuitableWindows extends DataException {
        @Serial
        private static final long serialVersionUID = 1L;

        public UnsuitableWindows(Path directory, String problem) {
            super(directory + ": " + problem, null);
        }

        @Override
        public String code() {
            return "unsuitable_windows";
        }
    }

    /** A text, or a record, that windows were to be made of cannot be read. */
    public static final class InvalidSource extends DataException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidSource(Path source, String problem) {
            this(source, problem, null);
        }

        public InvalidSource(Path source, String problem, Throwable cause) {
            super(source + ": " + problem, cause);
        }

        @Override
        public String code() {
            return "invalid_source";
        }
    }

    /** What was asked for cannot be prepared: no documents, too few tokens, a folder that is taken. */
    public static final class CannotPrepare extends DataException {
        @Serial
        private static final long serialVersionUID = 1L;

        public CannotPrepare(String problem) {
            super(problem, null);
        }

        @Override
        public String code() {
            return "cannot_prepare";
        }
    }
}
