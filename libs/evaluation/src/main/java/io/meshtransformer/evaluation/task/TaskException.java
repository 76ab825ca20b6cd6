package io.meshtransformer.evaluation.task;

import static java.util.Objects.requireNonNull;

/** A task that cannot be evaluated as it is. */
public sealed class TaskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TaskException(String message, Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
    }

    /** There is none of that name. */
    public static final class Unknown extends TaskException {
        private static final long serialVersionUID = 1L;

        public Unknown(String message) {
            super(message, null);
        }
    }

    /** Its definition is wrong; the message names the file, the line or key, and what may stand there. */
    public static final class MalformedDefinition extends TaskException {
        private static final long serialVersionUID = 1L;

        public MalformedDefinition(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Its documents are not where they are looked for; the message says where that is, and where to get them. */
    public static final class DataUnavailable extends TaskException {
        private static final long serialVersionUID = 1L;

        public DataUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A document is wrong; the message names the file and the line. */
    public static final class MalformedDocument extends TaskException {
        private static final long serialVersionUID = 1L;

        public MalformedDocument(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
