package io.meshtransformer.contracts;

/** A record's bytes are no message of its topic; the message says which field and why, without quoting the payload. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
