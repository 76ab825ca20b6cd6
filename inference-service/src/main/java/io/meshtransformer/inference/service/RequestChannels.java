package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.messaging.GroupReader;
import io.meshtransformer.messaging.GroupReaders;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.RequestReader;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes requests from Kafka: interactive ones as they come, batch ones on demand. */
@ApplicationScoped
public class RequestChannels {

    private static final Logger LOG = Logger.getLogger(RequestChannels.class);
    private static final String GROUP = "inference-service";
    /** What waits in Kafka may go to another worker; what was fetched ahead may not. */
    private static final int BATCH_AHEAD = 16;

    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);

    private final Multi<Message<byte[]>> interactive;
    private final GroupReader batch;
    private final RequestReader reader;
    private Consumer<Job> requests;
    private BatchDemand demand;
    private Thread batchThread;
    private volatile boolean closed;
    private volatile Throwable failure;

    public RequestChannels(
            @Channel("interactive") Multi<Message<byte[]>> interactive, GroupReaders readers, RequestReader reader) {
        this.interactive = interactive;
        this.batch = readers.reader(Topics.BATCH, GROUP, BATCH_AHEAD, this::takeBatch);
        this.reader = reader;
    }

    void open(Consumer<Job> requests, BatchDemand demand) {
        this.requests = requests;
        this.demand = demand;
        interactive
                .subscribe()
                .with(
                        subscription -> subscription.request(Long.MAX_VALUE),
                        this::takeInteractive,
                        this::fail,
                        () -> fail(new IllegalStateException("a channel of requests has ended")));
        demand.begin(batch::request);
        batchThread = Thread.ofPlatform().daemon().name("batch").start(batch);
    }

    /** Takes nothing any more; what comes stays uncommitted. What is done yet is still committed. */
    void close() {
        closed = true;
    }

    @PreDestroy
    void end() throws InterruptedException {
        batch.stop();
        if (batchThread != null && !batchThread.join(LAST_COMMIT)) {
            LOG.errorf("reading of batch requests did not end within %d s", LAST_COMMIT.toSeconds());
        }
    }

    /** Why nothing comes any more, or null. */
    Throwable failure() {
        return failure == null ? batch.failure() : failure;
    }

    private void takeInteractive(Message<byte[]> message) {
        if (!closed) {
            var arrived = System.nanoTime();
            submit(reader.read(message, Topics.INTERACTIVE, InferenceRequest.class), Priority.INTERACTIVE, arrived);
        }
    }

    private void takeBatch(ConsumerRecord<String, byte[]> record, Runnable done) {
        if (!closed) {
            var arrived = System.nanoTime();
            if (!submit(reader.read(record, done, Topics.BATCH, InferenceRequest.class), Priority.BATCH, arrived)) {
                demand.wasted();
            }
        }
    }

    /** @return whether there is one */
    private boolean submit(Optional<IncomingRequest<InferenceRequest>> request, Priority priority, long arrived) {
        request.ifPresent(incoming -> requests.accept(new Job(incoming, priority, arrived)));
        return request.isPresent();
    }

    private void fail(Throwable cause) {
        if (!closed) {
            failure = cause;
            LOG.error("requests cannot be read any more", cause);
        }
    }
}
