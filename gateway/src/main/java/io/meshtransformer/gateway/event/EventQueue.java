package io.meshtransformer.gateway.event;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Events on their way to one reader, a bounded number of them: the thread that reads for all waits for nobody. A reader
 * who has fallen behind is told so, and may get what came meanwhile from the log.
 */
final class EventQueue {
    /** What a reader takes. */
    sealed interface Delivery {
        record Event(ShownEvent event) implements Delivery {}

        /** More came than was kept, until {@link EventQueue#keepAgain()}. */
        record Behind() implements Delivery {}

        /** Nothing comes any more: the reader is gone, or the gateway stops. */
        record End() implements Delivery {}
    }

    private final BlockingQueue<Delivery> waiting;
    private volatile boolean behind;
    private volatile boolean ended;

    /** @param capacity events that may wait */
    EventQueue(int capacity) {
        this.waiting = new LinkedBlockingQueue<>(capacity);
    }

    void put(ShownEvent event) {
        if (!behind && !waiting.offer(new Delivery.Event(event))) {
            behind = true;
        }
    }

    /** From now on events are kept again; those that waited are forgotten. */
    void keepAgain() {
        waiting.clear();
        behind = false;
    }

    void end() {
        ended = true;
        waiting.clear();
        // Wakes a reader who waits; one who comes later looks at the flag.
        waiting.offer(new Delivery.End());
    }

    boolean ended() {
        return ended;
    }

    /** Empty where nothing comes within the patience. */
    Optional<Delivery> take(Duration patience) throws InterruptedException {
        if (ended) {
            return Optional.of(new Delivery.End());
        }
        var ready = waiting.poll();
        if (ready == null && behind) {
            return Optional.of(new Delivery.Behind());
        }
        return Optional.ofNullable(ready == null ? waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS) : ready);
    }
}
