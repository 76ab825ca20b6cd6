package io.meshtransformer.gateway.event;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.messaging.LogPlace;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each event, read once, to all streams that show its subject. */
final class EventBroadcast<E> {
    private final EventForm<E> form;
    private final int capacity;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    /** Readers of some subjects, under each of these. */
    private final Map<String, Set<EventQueue>> ofSome = new ConcurrentHashMap<>();

    private final Set<EventQueue> ofAll = ConcurrentHashMap.newKeySet();

    /**
     * @param capacity events that may wait for one reader
     * @param most readers at a time
     */
    EventBroadcast(EventForm<E> form, int capacity, int most) {
        this.form = form;
        this.capacity = capacity;
        this.most = most;
    }

    /** Readers there are. */
    AtomicInteger open() {
        return open;
    }

    /** Ends all streams, which have no end of their own. */
    void end() {
        ofAll.forEach(EventQueue::end);
        ofSome.values().forEach(queues -> queues.forEach(EventQueue::end));
    }

    /**
     * A reader's place; events are kept for it from now on.
     *
     * @param subjects that it wants, all where there are none
     * @throws ApiException if too many read
     */
    Subscription subscribe(Set<String> subjects) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw new ApiException(
                    ErrorKind.TOO_MANY_REQUESTS,
                    "The gateway has %d streams of %s at a time and all places are taken; please try again shortly"
                            .formatted(most, form.plural()));
        }
        var queue = new EventQueue(capacity);
        if (subjects.isEmpty()) {
            ofAll.add(queue);
        }
        subjects.forEach(subject -> ofSome.compute(subject, (_, queues) -> {
            var readers = queues == null ? ConcurrentHashMap.<EventQueue>newKeySet() : queues;
            readers.add(queue);
            return readers;
        }));
        return new Subscription(queue, () -> unsubscribe(subjects, queue));
    }

    private void unsubscribe(Set<String> subjects, EventQueue queue) {
        open.decrementAndGet();
        ofAll.remove(queue);
        subjects.forEach(subject -> ofSome.computeIfPresent(subject, (_, queues) -> {
            queues.remove(queue);
            return queues.isEmpty() ? null : queues;
        }));
    }

    void tell(E event, LogPlace place) {
        var readers = ofSome.getOrDefault(form.subject(event), Set.of());
        if (readers.isEmpty() && ofAll.isEmpty()) {
            return;
        }
        var shown = form.show(event, place);
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
