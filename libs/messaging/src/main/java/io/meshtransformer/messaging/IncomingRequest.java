package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

/**
 * A request to work on.
 *
 * @param replyTo where its answers go
 * @param done to be run once, when the last answer is sent: then the request is never delivered again. What is not done
 *     when this process ends is delivered to another one
 */
public record IncomingRequest<T>(T message, ReplyAddress replyTo, Runnable done) {
    public IncomingRequest {
        requireNonNull(message, "message is null");
        requireNonNull(replyTo, "replyTo is null");
        requireNonNull(done, "done is null");
    }
}
