package io.meshtransformer.messaging;

import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A record is larger than its topic takes, so it will never be there; the message names its size and the limit. */
public class MessageTooLargeException extends MessagingException {
    private static final long serialVersionUID = 1L;

    private final String sizes;

    MessageTooLargeException(String undelivered, String sizes, Throwable cause) {
        super(undelivered + sizes, cause);
        this.sizes = sizes;
    }

    /** Its size and the limit, as a sentence for whoever made the message: "it has 9 bytes, the largest has 8". */
    public String sizes() {
        return sizes;
    }

    /** That of a stage's failure, where this is why it failed. */
    public static Optional<MessageTooLargeException> in(Throwable failure) {
        var reason = failure;
        while (reason instanceof CompletionException) {
            reason = reason.getCause();
        }
        return reason instanceof MessageTooLargeException tooLarge ? Optional.of(tooLarge) : Optional.empty();
    }
}
