package io.meshtransformer.messaging;

/** The broker, or this service's place on it, is not as it must be; the message says what to change. */
public class MessagingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MessagingException(String message) {
        super(message);
    }

    public MessagingException(String message, Throwable cause) {
        super(message, cause);
    }
}
