package io.meshtransformer.training.service.worker;

import io.meshtransformer.contracts.TrainingEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Events in their order, up to a bound; beyond it the oldest steps are left out, and which is remembered. */
final class WaitingEvents {
    /** Steps that were left out. */
    record Steps(long first, long last) {
        Steps with(long step) {
            return new Steps(Math.min(first, step), Math.max(last, step));
        }
    }

    private final int most;
    private final Deque<TrainingEvent> events = new ArrayDeque<>();
    private Steps leftOut;
    private boolean closed;

    WaitingEvents(int most) {
        this.most = most;
    }

    synchronized void add(TrainingEvent event) {
        if (events.size() >= most) {
            leaveOneOut();
        }
        events.add(event);
        notifyAll();
    }

    private void leaveOneOut() {
        for (var each = events.iterator(); each.hasNext(); ) {
            if (each.next() instanceof TrainingEvent.StepCompleted step) {
                leftOut = leftOut == null ? new Steps(step.step(), step.step()) : leftOut.with(step.step());
                each.remove();
                return;
            }
        }
    }

    synchronized void addIfEmpty(TrainingEvent event) {
        if (events.isEmpty()) {
            add(event);
        }
    }

    /** Waits for some, which stay; empty when there are none and none will come. */
    synchronized List<TrainingEvent> await(int atMost) throws InterruptedException {
        while (events.isEmpty() && !closed) {
            wait();
        }
        return events.stream().limit(atMost).toList();
    }

    /** Takes off the oldest; those that were left out meanwhile are not among them. */
    synchronized void remove(List<TrainingEvent> brought) {
        for (var event : brought) {
            if (events.peek() == event) {
                events.remove();
            } else {
                // It was left out while it was on its way.
                events.remove(event);
            }
        }
        if (events.isEmpty()) {
            notifyAll();
        }
    }

    /** @return whether nothing waits any more, after that long at most */
    synchronized boolean awaitEmpty(Duration patience) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        for (var left = patience.toNanos(); !events.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return events.isEmpty();
    }

    /** The steps that were left out, once, when nothing waits any more. */
    synchronized Optional<Steps> leftOut() {
        if (!events.isEmpty()) {
            return Optional.empty();
        }
        var steps = Optional.ofNullable(leftOut);
        leftOut = null;
        return steps;
    }

    /** No more will come. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
