package io.meshtransformer.inference.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of a request that came by Kafka: where its answers go, and what to call once its last one has arrived. */
public final class Job implements Submission {

    private final IncomingRequest<InferenceRequest> incoming;
    private final Priority priority;
    private final int attempt;
    private final JobTimes times;
    private final AtomicBoolean lostAnswers = new AtomicBoolean();

    public Job(IncomingRequest<InferenceRequest> incoming, Priority priority, long arrivedNanos) {
        this(incoming, priority, 1, new JobTimes(arrivedNanos));
    }

    private Job(IncomingRequest<InferenceRequest> incoming, Priority priority, int attempt, JobTimes times) {
        this.incoming = requireNonNull(incoming, "incoming is null");
        this.priority = requireNonNull(priority, "priority is null");
        this.attempt = attempt;
        this.times = times;
    }

    /** The same request from its start: the same seed, so the same tokens with the same indices. */
    Job again() {
        return new Job(incoming, priority, attempt + 1, new JobTimes(times.arrived()));
    }

    @Override
    public InferenceRequest request() {
        return incoming.message();
    }

    @Override
    public Priority priority() {
        return priority;
    }

    ReplyAddress replyTo() {
        return incoming.replyTo();
    }

    /** Lets the request's record be committed. */
    void done() {
        incoming.done().run();
    }

    /** From 1. */
    int attempt() {
        return attempt;
    }

    public JobTimes times() {
        return times;
    }

    /** Notes that an answer did not arrive. @return whether it is the first */
    boolean loseAnswers() {
        return lostAnswers.compareAndSet(false, true);
    }

    boolean lostAnswers() {
        return lostAnswers.get();
    }
}
