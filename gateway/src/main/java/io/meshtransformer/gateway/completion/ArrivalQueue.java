package io.meshtransformer.gateway.completion;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Arrivals on their way from a thread that reads the log to the one that serves a client, who may be slow. Holds a
 * bounded number of them: whoever reads for all clients cannot wait for one, who then counts as lost; whoever reads for
 * this one alone waits.
 */
final class ArrivalQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition taken = lock.newCondition();
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

    /** Waits for room, however long the client takes. */
    void putWaiting(Arrival arrival) {
        lock.lock();
        try {
            while (!clientLost && waiting.size() >= capacity) {
                taken.awaitUninterruptibly();
            }
            if (!clientLost) {
                waiting.add(arrival);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
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
        arrived.signalAll();
        taken.signalAll();
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
            taken.signal();
            return Optional.of(clientLost ? new Arrival.ClientLost() : waiting.poll());
        } finally {
            lock.unlock();
        }
    }
}
