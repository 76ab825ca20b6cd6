package io.meshtransformer.contracts;

/**
 * A record of {@code inference.cancellations}, read by every worker: stop working on a request.
 *
 * @param reason for the logs
 */
public record Cancellation(String requestId, String reason) {
    public Cancellation {
        Required.field(requestId, "requestId");
        Required.field(reason, "reason");
    }
}
