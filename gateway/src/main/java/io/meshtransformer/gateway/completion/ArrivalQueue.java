package io.meshtransformer.gateway.completion;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Arrivals on their way from the thread that reads the log, which must not wait, to the one that serves a client, which
 * may be slow. Holds a bounded number of answers: one more, and the client counts as lost.
 */
final class ArrivalQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private final int capacity;
    private final Runnable onOverflow;
    private boolean clientLost;

    /**
     * @param capacity answers that may wait
     * @param onOverflow runs once, on the thread that brings one more
     */
    ArrivalQueue(int capacity, Runnable onOverflow) {
        this.capacity = capacity;
        this.onOverflow = onOverflow;
    }

    void put(Arrival arrival) {
        lock.lock();
        try {
            if (clientLost) {
                return;
            }
            if (waiting.size() < capacity) {
                waiting.add(arrival);
                arrived.signal();
                return;
            }
            lose();
        } finally {
            lock.unlock();
        }
        onOverflow.run();
    }

    /** The client is gone: what waits for it is dropped, and nothing more is taken. */
    void clientLost() {
        lock.lock();
        try {
            lose();
        } finally {
            lock.unlock();
        }
    }

    private void lose() {
        clientLost = true;
        waiting.clear();
        arrived.signal();
    }

    /** The next arrival, empty if none comes within the patience; {@link Arrival.ClientLost} for ever once that happened. */
    Optional<Arrival> take(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (waiting.isEmpty() && !clientLost) {
                if (nanos <= 0) {
                    return Optional.empty();
                }
                nanos = arrived.awaitNanos(nanos);
            }
            return Optional.of(clientLost ? new Arrival.ClientLost() : waiting.poll());
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #take} would return at once. */
    boolean hasNext() {
        lock.lock();
        try {
            return clientLost || !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
