package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Priority;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;

/** Gives places to those who wait, as long as slots and KV memory last: who does not fit holds up all behind. */
final class Admission {

    private final AdmissionQueue waiting;
    private final List<Running> running;
    private final BiConsumer<Running, AnswerEvent> events;

    /** @param running where the admitted go */
    Admission(AdmissionQueue waiting, List<Running> running, BiConsumer<Running, AnswerEvent> events) {
        this.waiting = waiting;
        this.running = running;
        this.events = events;
    }

    void run(Instant now) {
        if (waiting.batchIsDue(now) && !admitHead(Priority.BATCH, now)) {
            return;
        }
        for (var priority : List.of(Priority.INTERACTIVE, Priority.BATCH)) {
            if (!widenAll(priority)) {
                return;
            }
            while (waiting.head(priority) != null) {
                if (!admitHead(priority, now)) {
                    return;
                }
            }
        }
    }

    /** Running requests whose parallel sequences wait for a place come before the requests that arrived after them. */
    private boolean widenAll(Priority priority) {
        for (var request : running) {
            if (request.submission().priority() == priority && !widen(request)) {
                return false;
            }
        }
        return true;
    }

    /** @return false where it, or some of its parallel sequences, have to wait */
    private boolean admitHead(Priority priority, Instant now) {
        var head = waiting.head(priority);
        try {
            if (!head.task().admit(event -> events.accept(head, event))) {
                return false;
            }
        } catch (RuntimeException e) {
            head.fail(e);
        }
        waiting.admitted(head, now);
        running.add(head);
        return widen(head);
    }

    private static boolean widen(Running request) {
        if (request.failure() != null) {
            return true;
        }
        try {
            return request.task().widen();
        } catch (RuntimeException e) {
            request.fail(e);
            return true;
        }
    }
}
