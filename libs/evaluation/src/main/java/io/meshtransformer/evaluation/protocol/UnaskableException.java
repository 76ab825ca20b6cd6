package io.meshtransformer.evaluation.protocol;

/** A text that a protocol cannot put to the model; the message says why, with the numbers. */
public final class UnaskableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnaskableException(String message) {
        super(message);
    }
}
