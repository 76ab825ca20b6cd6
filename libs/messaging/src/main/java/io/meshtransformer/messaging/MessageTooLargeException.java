package io.meshtransformer.messaging;

import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A record is larger than its topic takes, so it will never be there; the message names its size and the limit. */
public class MessageTooLargeException extends MessagingException {
    private static final long serialVersionUID = 1L;

    MessageTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** That of a stage's failure, where this is why it failed. */
    public static Optional<MessageTooLargeException> in(Throwable failure) {
        var reason = failure instanceof CompletionException ? failure.getCause() : failure;
        return reason instanceof MessageTooLargeException tooLarge ? Optional.of(tooLarge) : Optional.empty();
    }
}
