package io.meshtransformer.training.service.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.StepRecord;
import io.meshtransformer.training.run.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Brings a worker's events to the broker, each until it has it, in their order, on a thread of its own: training waits for
 * nothing. While the broker is away events wait here; what is beyond the bound is left out, but no checkpoint is, and steps
 * are read again from the run's own curve when the broker is back, or by the next worker, which finds the others in a file.
 */
final class EventOutlet implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventOutlet.class.getName());
    /** Some 50 MB; hours of training. */
    private static final int MOST_WAITING = 100_000;

    private static final int AT_ONCE = 200;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration END_PATIENCE = Duration.ofSeconds(30);
    /** When no other worker comes that could say them. */
    private static final Duration LAST_WORDS_PATIENCE = Duration.ofHours(1);

    private final WaitingEvents waiting;
    private final EventBroker broker;
    private final HeardSteps heard;
    private final UnheardEvents unheard;
    private final RunDirectory directory;
    private final Duration pause;
    private final Duration endPatience;
    private final Thread thread;
    private Function<StepRecord, TrainingEvent.StepCompleted> asEvent;

    /**
     * @param mostWaiting events
     * @param pause before the next try, when the broker is away
     * @param endPatience for the last events, when the worker ends
     */
    EventOutlet(EventBroker broker, RunDirectory directory, int mostWaiting, Duration pause, Duration endPatience) {
        this.broker = requireNonNull(broker, "broker is null");
        this.directory = requireNonNull(directory, "directory is null");
        this.pause = requireNonNull(pause, "pause is null");
        this.endPatience = requireNonNull(endPatience, "endPatience is null");
        this.waiting = new WaitingEvents(mostWaiting);
        this.heard = new HeardSteps(directory.path().resolve("heard.step"));
        this.unheard = new UnheardEvents(directory.path().resolve("unheard.jsonl"));
        this.thread = Thread.ofPlatform().daemon().name("events").start(this::run);
    }

    static EventOutlet open(WorkerOptions options) {
        return new EventOutlet(
                KafkaEventBroker.of(options), new RunDirectory(options.folder()), MOST_WAITING, PAUSE, END_PATIENCE);
    }

    /** Returns at once. */
    void add(TrainingEvent event) {
        unheard.add(event);
        waiting.add(event);
    }

    /** Leaves the event out where others wait: it says nothing that they don't. */
    void addIfIdle(TrainingEvent event) {
        waiting.addIfEmpty(event);
    }

    /** Says again what the broker did not have when an earlier worker ended; of steps those up to this one. */
    void repeatUnheard(long last, Function<StepRecord, TrainingEvent.StepCompleted> steps) {
        synchronized (this) {
            asEvent = steps;
        }
        repeat(Math.min(heard.step(), last) + 1, last);
        unheard.all().forEach(waiting::add);
    }

    private synchronized void repeat(long first, long last) {
        if (first > last || asEvent == null) {
            return;
        }
        try {
            StepCurve.read(directory.steps(), first, last).stream().map(asEvent).forEach(waiting::add);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "steps " + first + " to " + last + " are not said again", e);
        }
    }

    private void run() {
        try {
            while (true) {
                var batch = waiting.await(AT_ONCE);
                if (batch.isEmpty()) {
                    return;
                }
                bring(batch);
                waiting.leftOut().ifPresent(steps -> repeat(steps.first(), steps.last()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the broker has is taken off; the rest stays in its place for the next try. */
    private void bring(List<TrainingEvent> batch) throws InterruptedException {
        var brought = 0;
        try {
            var sent = new ArrayList<>(batch.stream().map(broker::send).toList());
            for (var one : sent) {
                one.toCompletableFuture().join();
                brought++;
            }
        } catch (CompletionException | EventBroker.AwayException e) {
            LOG.log(System.Logger.Level.WARNING, "events wait for the broker: {0}", e.getMessage());
            Thread.sleep(pause);
        } finally {
            waiting.remove(batch.subList(0, brought));
            heard.note(batch.subList(0, brought));
            unheard.heard(batch.subList(0, brought));
        }
    }

    /** Waits until the broker has all events, for long, unless the worker is asked to end. */
    void awaitHeard(StopSignal stop) {
        var deadline = System.nanoTime() + LAST_WORDS_PATIENCE.toNanos();
        try {
            while (!waiting.awaitEmpty(pause) && !stop.requested() && System.nanoTime() < deadline) {}
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the last events, within bounds. */
    @Override
    public void close() {
        waiting.close();
        try {
            if (!thread.join(endPatience)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the broker did not take the last events within {0} s",
                        endPatience.toSeconds());
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            broker.close();
        }
    }
}
