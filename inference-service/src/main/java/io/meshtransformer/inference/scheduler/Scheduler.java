package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.gptj.engine.InferenceEngine;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Continuous batching: every step admits who fits, gives one token to each running sequence and a bounded share of
 * prefill to those that still read their prompt. State and time in, events out; not thread-safe, one thread drives it.
 */
public final class Scheduler {

    private static final Logger LOG = System.getLogger(Scheduler.class.getName());

    private final InferenceEngine engine;
    private final TaskFactory tasks;
    private final SchedulerOptions options;
    private final Capacity capacity;
    private final AdmissionQueue waiting;
    private final Admission admission;
    private final StepRunner stepRunner;
    private final List<Running> running = new ArrayList<>();
    private final List<Emission> emissions = new ArrayList<>();
    private boolean admitting = true;
    private long step;

    public Scheduler(InferenceEngine engine, TaskFactory tasks, SchedulerOptions options, RowReading reading) {
        this.engine = requireNonNull(engine, "engine is null");
        this.tasks = requireNonNull(tasks, "tasks is null");
        this.options = requireNonNull(options, "options is null");
        capacity = new Capacity(engine.limits());
        waiting = new AdmissionQueue(options);
        admission = new Admission(waiting, running, this::emit);
        stepRunner = new StepRunner(engine, options, reading);
    }

    /** Takes a request in, or refuses it at once by an event of the next step. */
    public void submit(Submission submission, Instant now) {
        arrive(submission, now, arrival -> {
            if (waiting.offer(arrival)) {
                return;
            }
            // A burst fills the queue though there may be places.
            admit(now);
            if (!waiting.offer(arrival)) {
                var bound = waiting.bound(submission.priority());
                fail(submission, FailureCode.OVERLOADED, bound + " requests wait already, which is the limit", null);
            }
        });
    }

    /** Takes a request in that was here before: it is next, however many wait. */
    public void resubmit(Submission submission, Instant now) {
        arrive(submission, now, waiting::putFirst);
    }

    private void arrive(Submission submission, Instant now, Consumer<Running> whereTo) {
        var share = capacity.leaving(submission.priority() == Priority.BATCH ? options.interactiveSlots() : 0);
        try {
            switch (tasks.create(submission, share)) {
                case TaskFactory.Work.Run(var task) -> whereTo.accept(new Running(submission, task, now));
                case TaskFactory.Work.Answer(var event) -> emissions.add(new Emission(submission, event));
            }
        } catch (RequestRefusedException e) {
            fail(submission, e.code(), e.getMessage(), e.parameter());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "request " + submission.request().requestId() + " could not be taken in", e);
            failInternally(submission);
        }
    }

    /** Ends every request of that id; its slots and KV memory are free in the next step. @return whether there was one */
    public boolean cancel(String requestId) {
        var cancelled =
                take(request -> request.submission().request().requestId().equals(requestId));
        cancelled.forEach(request -> end(request, FailureCode.CANCELLED, "the request was cancelled"));
        return !cancelled.isEmpty();
    }

    /** Drops a submission without a word, for whoever will run it again. */
    public void abandon(Submission submission) {
        take(request -> request.submission() == submission).forEach(this::close);
        emissions.removeIf(emission -> emission.submission() == submission);
    }

    /** Admits nobody any more; what runs goes on. */
    public void stopAdmitting() {
        admitting = false;
    }

    /** Whether a step would do nothing until something is submitted. */
    public boolean idle() {
        return emissions.isEmpty() && running.isEmpty() && (!admitting || waiting.isEmpty());
    }

    /** Whether the engine is beyond recovery; then no step will ever run again and what waits is for another worker. */
    public boolean broken() {
        return stepRunner.broken();
    }

    public SchedulerState state() {
        var kvTokens = (double) engine.limits().kvTokens();
        return new SchedulerState(
                running.size(),
                waiting.size(Priority.INTERACTIVE),
                waiting.size(Priority.BATCH),
                capacity.reservedSlots(),
                (kvTokens - engine.freeKvTokens()) / kvTokens,
                (double) capacity.reservedBlocks() / capacity.blocks());
    }

    /** One step, and the events since the step before. */
    public StepReport step(Instant now) {
        var report = StepRunner.Outcome.NOTHING;
        if (!broken()) {
            expire(now);
            admit(now);
            report = stepRunner.run(running, step++);
            advance();
        }
        if (broken()) {
            running.forEach(this::failInternally);
            running.clear();
        }
        var events = List.copyOf(emissions);
        emissions.clear();
        return new StepReport(events, report.prefillTokens(), report.decodedSequences(), report.engineFailed());
    }

    private void expire(Instant now) {
        for (var expired : take(request -> request.expired(now))) {
            var deadline = expired.submission().request().deadline();
            end(expired, FailureCode.DEADLINE_EXCEEDED, "the deadline " + deadline + " passed before the end");
        }
    }

    private void admit(Instant now) {
        if (admitting) {
            admission.run(now);
        }
    }

    private void advance() {
        for (var request : List.copyOf(running)) {
            if (request.failure() == null) {
                try {
                    request.task().advance(event -> emit(request, event));
                } catch (RuntimeException e) {
                    request.fail(e);
                }
            }
            if (request.failure() != null) {
                LOG.log(
                        Level.ERROR,
                        "request " + request.submission().request().requestId() + " failed",
                        request.failure());
                running.remove(request);
                failInternally(request);
            } else if (request.task().done()) {
                running.remove(request);
                close(request);
            }
        }
    }

    private List<Running> take(Predicate<Running> which) {
        var taken = waiting.remove(which);
        running.removeIf(request -> which.test(request) && taken.add(request));
        return taken;
    }

    private void end(Running request, FailureCode code, String message) {
        close(request);
        fail(request.submission(), code, message, null);
    }

    private void failInternally(Running request) {
        close(request);
        failInternally(request.submission());
    }

    private void close(Running request) {
        try {
            request.task().close();
        } catch (RuntimeException e) {
            stepRunner.breakDown(
                    "the memory of request " + request.submission().request().requestId() + " stays taken", e);
        }
    }

    private void failInternally(Submission submission) {
        fail(
                submission,
                FailureCode.INTERNAL_ERROR,
                "the worker failed on this request; it may work when sent again",
                null);
    }

    private void fail(Submission submission, FailureCode code, String message, String parameter) {
        var requestId = submission.request().requestId();
        emissions.add(new Emission(submission, new AnswerEvent.Failed(requestId, code, message, parameter)));
    }

    private void emit(Running request, AnswerEvent event) {
        emissions.add(new Emission(request.submission(), event));
    }
}
