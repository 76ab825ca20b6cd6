package io.meshtransformer.embedded;

/** A broker or database of this process did not start or stop, or no port is free; the message says which one, where and why. */
public final class EmbeddedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedException(String message) {
        super(message);
    }

    EmbeddedException(String message, Throwable cause) {
        super(message, cause);
    }
}
