package io.meshtransformer.gateway.training;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.messaging.LogPlace;
import io.meshtransformer.messaging.TrainingEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each training event, read once, to all streams that show its run. */
@Singleton
final class EventBroadcast {
    private final TrainingEvents events;
    private final int capacity;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    /** Readers of some runs, under each of these. */
    private final Map<String, Set<EventQueue>> ofRuns = new ConcurrentHashMap<>();

    private final Set<EventQueue> ofAll = ConcurrentHashMap.newKeySet();

    EventBroadcast(TrainingEvents events, GatewayConfiguration configuration, MeterRegistry metrics) {
        this.events = events;
        this.capacity = configuration.training().buffer();
        this.most = configuration.training().streams();
        metrics.gauge("mtj.gateway.training.streams", open);
    }

    void start(@Observes StartupEvent event) {
        events.start(this::tell);
    }

    /** Streams have no end of their own, and would keep the gateway from its. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        ofAll.forEach(EventQueue::end);
        ofRuns.values().forEach(queues -> queues.forEach(EventQueue::end));
    }

    /**
     * A reader's place; events are kept for it from now on.
     *
     * @param runs that it wants, all where there are none
     * @throws ApiException if too many read
     */
    Subscription subscribe(Set<String> runs) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw new ApiException(
                    ErrorKind.TOO_MANY_REQUESTS,
                    "The gateway has %d streams of training events at a time and all places are taken; please try again shortly"
                            .formatted(most));
        }
        var queue = new EventQueue(capacity);
        if (runs.isEmpty()) {
            ofAll.add(queue);
        }
        runs.forEach(run -> ofRuns.compute(run, (_, queues) -> {
            var readers = queues == null ? ConcurrentHashMap.<EventQueue>newKeySet() : queues;
            readers.add(queue);
            return readers;
        }));
        return new Subscription(queue, () -> unsubscribe(runs, queue));
    }

    private void unsubscribe(Set<String> runs, EventQueue queue) {
        open.decrementAndGet();
        ofAll.remove(queue);
        runs.forEach(run -> ofRuns.computeIfPresent(run, (_, queues) -> {
            queues.remove(queue);
            return queues.isEmpty() ? null : queues;
        }));
    }

    private void tell(TrainingEvent event, LogPlace place) {
        var readers = ofRuns.getOrDefault(event.run(), Set.of());
        if (readers.isEmpty() && ofAll.isEmpty()) {
            return;
        }
        var shown = ShownEvent.of(event, place);
        readers.forEach(queue -> queue.put(shown));
        ofAll.forEach(queue -> queue.put(shown));
    }

    /** Closed by whoever sees its reader gone first. */
    static final class Subscription implements AutoCloseable {
        private final EventQueue queue;
        private final Runnable end;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Subscription(EventQueue queue, Runnable end) {
            this.queue = queue;
            this.end = end;
        }

        EventQueue queue() {
            return queue;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                end.run();
                queue.end();
            }
        }
    }
}
