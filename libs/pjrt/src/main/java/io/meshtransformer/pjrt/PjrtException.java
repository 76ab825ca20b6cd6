package io.meshtransformer.pjrt;

import java.io.Serial;

/** Something that PJRT could not do, or that cannot be asked of it. */
public abstract sealed class PjrtException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    private PjrtException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** A {@code PJRT_Error} that the plugin returned; the message is XLA's own. */
    public static final class XlaError extends PjrtException {
        @Serial
        private static final long serialVersionUID = 1L;

        public XlaError(ErrorCode code, String message) {
            super(code, message, null);
        }
    }

    /** A buffer, executable, event, client or topology was used after it was closed or donated. */
    public static final class Closed extends PjrtException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Closed(String message) {
            super(ErrorCode.FAILED_PRECONDITION, message, null);
        }
    }

    /** A file is no plugin, or none of a version that this library can talk to. */
    public static final class UnusablePlugin extends PjrtException {
        @Serial
        private static final long serialVersionUID = 1L;

        public UnusablePlugin(String message, Throwable cause) {
            super(ErrorCode.UNAVAILABLE, message, cause);
        }
    }
}
