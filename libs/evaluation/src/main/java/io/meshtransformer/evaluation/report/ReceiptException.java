package io.meshtransformer.evaluation.report;

import static java.util.Objects.requireNonNull;

/** A receipt that says nothing reliable. */
public sealed class ReceiptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReceiptException(String message, Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
    }

    /** It lacks something, or is something else; the message names the field. */
    public static final class Malformed extends ReceiptException {
        private static final long serialVersionUID = 1L;

        public Malformed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** It is not what was written. */
    public static final class Altered extends ReceiptException {
        private static final long serialVersionUID = 1L;

        public Altered(String message) {
            super(message, null);
        }
    }
}
