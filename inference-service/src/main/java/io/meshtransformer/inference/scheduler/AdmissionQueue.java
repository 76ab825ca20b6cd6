package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Requests that wait for a place, first come first served within a priority. Nobody is overtaken within a priority,
 * however small the ones behind are, so a large request waits no longer than the ones before it run.
 */
final class AdmissionQueue {

    private final Deque<Running> interactive = new ArrayDeque<>();
    private final Deque<Running> batch = new ArrayDeque<>();
    private final int interactiveBound;
    private final int batchBound;
    private final Duration batchPatience;
    private Instant lastBatchAdmission = Instant.MIN;

    AdmissionQueue(SchedulerOptions options) {
        interactiveBound = options.interactiveQueue();
        batchBound = options.batchQueue();
        batchPatience = options.batchPatience();
    }

    int bound(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> interactiveBound;
            case BATCH -> batchBound;
        };
    }

    int size(Priority priority) {
        return queue(priority).size();
    }

    boolean isEmpty() {
        return interactive.isEmpty() && batch.isEmpty();
    }

    /** @return false where every place is taken */
    boolean offer(Running waiting) {
        var priority = waiting.submission().priority();
        return size(priority) < bound(priority) && queue(priority).add(waiting);
    }

    /** Takes in beyond the bound, before all others. */
    void putFirst(Running waiting) {
        queue(waiting.submission().priority()).addFirst(waiting);
    }

    /** Who is first in a priority, or null. */
    Running head(Priority priority) {
        return queue(priority).peek();
    }

    void admitted(Running head, Instant now) {
        queue(head.submission().priority()).remove();
        if (head.submission().priority() == Priority.BATCH) {
            lastBatchAdmission = now;
        }
    }

    /**
     * Whether the oldest batch request is next although interactive ones wait: it has waited for the patience, and so
     * long ago was the last batch admission. Under unbroken interactive load batch work thus gets one admission in every
     * such time.
     */
    boolean batchIsDue(Instant now) {
        var head = batch.peek();
        if (head == null) {
            return false;
        }
        var due = now.minus(batchPatience);
        return !head.since().isAfter(due) && !lastBatchAdmission.isAfter(due);
    }

    /** Takes out and returns all that match. */
    List<Running> remove(Predicate<Running> which) {
        var removed = new ArrayList<Running>();
        for (var queue : List.of(interactive, batch)) {
            queue.removeIf(waiting -> which.test(waiting) && removed.add(waiting));
        }
        return removed;
    }

    private Deque<Running> queue(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> interactive;
            case BATCH -> batch;
        };
    }
}
