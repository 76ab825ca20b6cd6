package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.messaging.RequestReader;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes requests from Kafka: interactive ones as they come, batch ones on demand. */
@ApplicationScoped
public class RequestChannels {

    private static final Logger LOG = Logger.getLogger(RequestChannels.class);

    private final Multi<Message<byte[]>> interactive;
    private final Multi<Message<byte[]>> batch;
    private final RequestReader reader;
    private volatile boolean closed;
    private volatile Throwable failure;

    public RequestChannels(
            @Channel("interactive") Multi<Message<byte[]>> interactive,
            @Channel("batch") Multi<Message<byte[]>> batch,
            RequestReader reader) {
        this.interactive = interactive;
        this.batch = batch;
        this.reader = reader;
    }

    void open(Consumer<Job> requests, BatchDemand demand) {
        subscribe(
                interactive,
                subscription -> subscription.request(Long.MAX_VALUE),
                message -> take(message, Topics.INTERACTIVE, Priority.INTERACTIVE, requests));
        subscribe(batch, subscription -> demand.begin(subscription::request), message -> {
            if (!take(message, Topics.BATCH, Priority.BATCH, requests)) {
                demand.wasted();
            }
        });
    }

    /** Takes nothing any more; what comes stays uncommitted. */
    void close() {
        closed = true;
    }

    /** Why nothing comes any more, or null. */
    Throwable failure() {
        return failure;
    }

    private boolean take(Message<byte[]> message, TopicDefinition topic, Priority priority, Consumer<Job> requests) {
        if (closed) {
            return true;
        }
        var arrived = System.nanoTime();
        var request = reader.read(message, topic, InferenceRequest.class);
        request.ifPresent(incoming -> requests.accept(new Job(incoming, priority, arrived)));
        return request.isPresent();
    }

    private void subscribe(
            Multi<Message<byte[]>> channel,
            Consumer<Subscription> onSubscription,
            Consumer<Message<byte[]>> onMessage) {
        channel.subscribe()
                .with(
                        onSubscription,
                        onMessage,
                        this::fail,
                        () -> fail(new IllegalStateException("a channel of requests has ended")));
    }

    private void fail(Throwable cause) {
        if (!closed) {
            failure = cause;
            LOG.error("requests cannot be read any more", cause);
        }
    }
}
