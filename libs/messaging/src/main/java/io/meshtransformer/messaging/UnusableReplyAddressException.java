package io.meshtransformer.messaging;

/** A request asks for its answer at a place that is not there; the message names the header and its value. */
final class UnusableReplyAddressException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableReplyAddressException(String message) {
        super(message);
    }
}
