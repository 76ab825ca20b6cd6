package io.meshtransformer.inference.scheduler;

import java.time.Instant;

/** A submission with its task and what the scheduler remembers of it, first while it waits, then while it runs. */
final class Running {

    private final Submission submission;
    private final Task task;
    private final Instant since;
    private long lastPrefill = -1;
    private Throwable failure;

    Running(Submission submission, Task task, Instant since) {
        this.submission = submission;
        this.task = task;
        this.since = since;
    }

    Submission submission() {
        return submission;
    }

    Task task() {
        return task;
    }

    /** When it was handed in. */
    Instant since() {
        return since;
    }

    /** The last step in which it was given prefill tokens, -1 for none. */
    long lastPrefill() {
        return lastPrefill;
    }

    void prefilledIn(long step) {
        lastPrefill = step;
    }

    boolean expired(Instant now) {
        var deadline = submission.request().deadline();
        return deadline != null && now.isAfter(deadline);
    }

    /** What went wrong first, or null. */
    synchronized Throwable failure() {
        return failure;
    }

    /** Called from any thread that reads logits. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }
}
