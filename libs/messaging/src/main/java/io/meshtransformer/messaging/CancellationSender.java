package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Cancellation;
import io.meshtransformer.contracts.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/** Tells every worker to stop working on a request. */
@ApplicationScoped
public class CancellationSender {
    private final MessageSender sender;

    public CancellationSender(MessageSender sender) {
        this.sender = sender;
    }

    /** @param reason for the logs */
    public CompletionStage<Void> cancel(String requestId, String reason) {
        return sender.send(Topics.CANCELLATIONS, requestId, new Cancellation(requestId, reason));
    }
}
