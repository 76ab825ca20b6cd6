package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes requests and finishes them when a test says so. */
@ApplicationScoped
class HoldingWorker {
    /** A request for this model makes the service throw. */
    static final String BROKEN = "broken";

    private final RequestReader reader;
    private final Map<String, IncomingRequest<InferenceRequest>> held = new ConcurrentHashMap<>();

    HoldingWorker(RequestReader reader) {
        this.reader = reader;
    }

    @Incoming("interactive")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> takeInteractive(Message<byte[]> message) {
        return take(message, Topics.INTERACTIVE);
    }

    @Incoming("batch")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> takeBatch(Message<byte[]> message) {
        return take(message, Topics.BATCH);
    }

    private CompletionStage<Void> take(Message<byte[]> message, TopicDefinition topic) {
        return reader.take(message, topic, InferenceRequest.class, request -> {
            if (request.message().model().equals(BROKEN)) {
                throw new IllegalStateException("a fault of the service");
            }
            held.put(request.message().requestId(), request);
        });
    }

    IncomingRequest<InferenceRequest> awaitRequest(String requestId) {
        await().until(() -> held.containsKey(requestId));
        return held.get(requestId);
    }

    void finish(String requestId) {
        awaitRequest(requestId).done().run();
    }
}
