package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.RequestReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes what workers say, many events in one transaction; they are acknowledged when it is committed. */
@ApplicationScoped
public class EventChannel {
    private static final Logger LOG = Logger.getLogger(EventChannel.class);
    private static final int AT_ONCE = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private record Taken(IncomingRequest<TrainingEvent> event, CompletableFuture<Void> room) {}

    private final RequestReader reader;
    private final ControlPlane controlPlane;
    private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    private final CountDownLatch stopping = new CountDownLatch(1);

    EventChannel(RequestReader reader, ControlPlane controlPlane) {
        this.reader = reader;
        this.controlPlane = controlPlane;
    }

    /** @return done when there is room for another one */
    @Incoming("training-events")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        // A record that is no event takes none.
        var room = new AtomicReference<>(CompletableFuture.<Void>completedFuture(null));
        return reader.take(message, Topics.TRAINING_EVENTS, TrainingEvent.class, event -> room.set(add(event)))
                .thenCompose(_ -> room.get());
    }

    /** @return done when there is room for another one */
    private CompletableFuture<Void> add(IncomingRequest<TrainingEvent> event) {
        var room = new CompletableFuture<Void>();
        taken.add(new Taken(event, room));
        if (taken.size() < AT_ONCE) {
            room.complete(null);
        }
        return room;
    }

    void stop() {
        stopping.countDown();
    }

    /** Until it is stopped. */
    void run() {
        try {
            while (stopping.getCount() > 0) {
                var first = taken.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    var batch = new ArrayList<Taken>();
                    batch.add(first);
                    taken.drainTo(batch, AT_ONCE - 1);
                    batch.forEach(one -> one.room().complete(null));
                    hear(batch.stream().map(Taken::event).toList());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it is done: the database may be away, and the next process would fare no better. */
    private void hear(List<IncomingRequest<TrainingEvent>> batch) throws InterruptedException {
        do {
            try {
                controlPlane.heard(batch.stream().map(IncomingRequest::message).toList());
                batch.forEach(event -> event.done().run());
                return;
            } catch (RuntimeException e) {
                LOG.warnf(e, "%d events are tried again in %s", batch.size(), PAUSE);
            }
        } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }
}
