package io.meshtransformer.inference.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.inference.scheduler.Emission;
import io.meshtransformer.messaging.ReplyAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Sends a step's events, one record for each reply address, and commits a request once its last event has arrived. A
 * request whose answer got lost on the way is run again. Events that nobody watches wait a moment for others.
 */
public final class AnswerOutlet {

    private static final Logger LOG = System.getLogger(AnswerOutlet.class.getName());
    private static final int ATTEMPTS = 3;
    /** Between two records for batch requests, while there are steps: short beside what such a request takes. */
    private static final long BATCH_TURN_NANOS = Duration.ofMillis(50).toNanos();

    private final Sender sender;
    /** Of batch requests, in their order; of the worker's thread. */
    private final List<Emission> held = new ArrayList<>();

    private final LongSupplier nanoTime;
    private long batchSent;
    private Consumer<Job> lostJobs = _ -> {};
    private volatile boolean blocked;
    private int inFlight;

    public AnswerOutlet(Sender sender) {
        this(sender, System::nanoTime);
    }

    AnswerOutlet(Sender sender, LongSupplier nanoTime) {
        this.sender = requireNonNull(sender, "sender is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        batchSent = nanoTime.getAsLong() - BATCH_TURN_NANOS;
    }

    /** Sends events as one record; completes when the broker has it. */
    @FunctionalInterface
    public interface Sender {
        CompletionStage<Void> send(ReplyAddress address, List<AnswerEvent> events);
    }

    /** @param listener is called on any thread, once for each job whose answers got lost */
    void onLoss(Consumer<Job> listener) {
        lostJobs = requireNonNull(listener, "listener is null");
    }

    /** Whether a request could neither be answered nor told so; its record stays uncommitted for another worker. */
    boolean blocked() {
        return blocked;
    }

    /** Returns when every record sent so far has arrived or got lost, or the time is up. @return whether it was not */
    public synchronized boolean awaitDelivery(Duration most) throws InterruptedException {
        var end = System.nanoTime() + most.toNanos();
        while (inFlight > 0 && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return inFlight == 0;
    }

    private synchronized void inFlight(int change) {
        inFlight += change;
        notifyAll();
    }

    /** Sends them, but for those of batch requests if some were sent a moment ago. */
    void send(List<Emission> emissions) {
        var now = new ArrayList<Emission>();
        for (var emission : emissions) {
            (((Job) emission.submission()).priority() == Priority.BATCH ? held : now).add(emission);
        }
        sendNow(now);
        if (nanoTime.getAsLong() - batchSent >= BATCH_TURN_NANOS) {
            sendHeld();
        }
    }

    /** To be called when no step follows. */
    void sendHeld() {
        if (!held.isEmpty()) {
            batchSent = nanoTime.getAsLong();
            sendNow(held);
            held.clear();
        }
    }

    private void sendNow(List<Emission> emissions) {
        var records = new LinkedHashMap<ReplyAddress, List<Answer>>();
        for (var emission : emissions) {
            var answer = new Answer((Job) emission.submission(), emission.event());
            records.computeIfAbsent(answer.job.replyTo(), _ -> new ArrayList<>())
                    .add(answer);
        }
        records.forEach(this::send);
    }

    private void send(ReplyAddress address, List<Answer> answers) {
        send(address, answers.stream().map(Answer::event).toList(), failure -> {
            if (failure == null) {
                answers.forEach(AnswerOutlet::arrived);
            } else {
                lost(answers, failure);
            }
        });
    }

    /** @param afterwards is given null where the broker has the record */
    private void send(ReplyAddress address, List<AnswerEvent> events, Consumer<Throwable> afterwards) {
        inFlight(1);
        sender.send(address, events).whenComplete((_, failure) -> {
            try {
                afterwards.accept(failure);
            } finally {
                inFlight(-1);
            }
        });
    }

    private static void arrived(Answer answer) {
        if (answer.event.terminal() && !answer.job.lostAnswers()) {
            answer.job.done();
        }
    }

    private void lost(List<Answer> answers, Throwable failure) {
        for (var answer : answers) {
            if (answer.job.loseAnswers()) {
                LOG.log(
                        Level.WARNING,
                        "answers of request " + answer.job.request().requestId() + " got lost, attempt "
                                + answer.job.attempt() + " of " + ATTEMPTS,
                        failure);
                lostJobs.accept(answer.job);
            }
        }
    }

    /** Whether a job whose answers got lost is worth another run. */
    static boolean worthAnotherRun(Job job) {
        return job.attempt() < ATTEMPTS;
    }

    /** Tells the requester that there will be no answer. */
    void giveUp(Job job) {
        var apology = new AnswerEvent.Failed(
                job.request().requestId(),
                FailureCode.INTERNAL_ERROR,
                "the answer could not be delivered, in " + ATTEMPTS + " attempts",
                null);
        send(job.replyTo(), List.of(apology), failure -> {
            if (failure == null) {
                job.done();
            } else {
                block(job, failure);
            }
        });
    }

    private void block(Job job, Throwable failure) {
        blocked = true;
        LOG.log(
                Level.ERROR,
                "request " + job.request().requestId() + " cannot be answered; it stays uncommitted",
                failure);
    }

    private record Answer(Job job, AnswerEvent event) {}
}
