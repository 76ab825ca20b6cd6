package io.meshtransformer.inference.worker;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.inference.RequestTasks;
import io.meshtransformer.inference.ScriptedEngine;
import io.meshtransformer.inference.generation.Generations;
import io.meshtransformer.inference.generation.SamplerChoices;
import io.meshtransformer.inference.scheduler.RowReading;
import io.meshtransformer.inference.scheduler.Scheduler;
import io.meshtransformer.inference.scheduler.SchedulerOptions;
import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.scoring.Scorings;
import io.meshtransformer.inference.text.IdsOnly;
import io.meshtransformer.inference.validation.RequestRules;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {

    private static final int VOCABULARY = 50;
    private static final int CONTEXT = 4096;
    private static final ReplyAddress HERE = new ReplyAddress("answers", 1);
    private static final ReplyAddress THERE = new ReplyAddress("answers", 2);

    private final Wire wire = new Wire();
    private final ScriptedEngine engine =
            new ScriptedEngine(VOCABULARY, new EngineLimits(8, CONTEXT, 8 * CONTEXT, 16, 256, 64));
    private final AnswerOutlet outlet = new AnswerOutlet(wire);
    private final AtomicInteger committed = new AtomicInteger();
    private final Worker worker = new Worker(scheduler(), outlet, InstantSource.system(), new Unobserved());

    @AfterEach
    void stop() throws InterruptedException {
        worker.drain(Duration.ZERO);
    }

    @Test
    void aRequestIsCommittedOnlyWhenItsLastEventHasArrived() {
        wire.hold();
        worker.start();
        worker.submit(job("r", HERE, 5));
        await().until(() -> wire.events(HERE).stream().anyMatch(AnswerEvent::terminal));

        assertThat(committed).hasValue(0);
        wire.arrive();
        assertThat(committed).hasValue(1);
    }

    @Test
    void theEventsOfAStepForOneAddressAreOneRecord() {
        for (var request : List.of("a", "b", "c")) {
            worker.submit(job(request, HERE, 5));
        }
        worker.submit(job("d", THERE, 5));
        worker.start();
        await().until(() -> committed.get() == 4);

        assertThat(wire.records(HERE)).hasSize(5);
        assertThat(wire.records(HERE).getFirst()).hasSize(3);
        assertThat(wire.records(THERE)).hasSize(5);
    }

    @Test
    void aRequestWhoseAnswersGotLostRunsAgainWithTheSameEvents() {
        wire.hold();
        worker.start();
        worker.submit(job("r", HERE, 5));
        await().until(() -> wire.events(HERE).stream().anyMatch(AnswerEvent::terminal));
        var first = wire.events(HERE);
        wire.loseThird();
        await().until(() -> committed.get() == 1);

        var all = wire.events(HERE);
        assertThat(all.subList(first.size(), all.size())).isEqualTo(first);
    }

    @Test
    void afterThreeLossesTheRequesterIsTold() {
        wire.loseAll(3);
        worker.start();
        worker.submit(job("r", HERE, 1));
        await().until(() -> committed.get() == 1);

        var last = (AnswerEvent.Failed) wire.events(HERE).getLast();
        assertThat(last.code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(worker.trouble()).isNull();
    }

    @Test
    void whoCannotEvenBeToldStaysUncommittedAndTheWorkerIsInTrouble() {
        wire.loseAll(Integer.MAX_VALUE);
        worker.start();
        worker.submit(job("r", HERE, 1));
        await().until(() -> worker.trouble() != null);

        assertThat(committed).hasValue(0);
    }

    @Test
    void aWorkerThatRetiresAnswersEverythingFirst() throws InterruptedException {
        wire.loseAll(1);
        worker.submit(job("r", HERE, 50));
        worker.submit(job("s", HERE, 5));
        worker.start();
        worker.retire();

        assertThat(committed).hasValue(2);
        assertThat(worker.threadState()).isEqualTo(Thread.State.TERMINATED);
    }

    @Test
    void anIdleWorkerParks() {
        worker.start();
        worker.submit(job("r", HERE, 5));
        await().until(() -> committed.get() == 1);

        await().until(() -> worker.threadState() == Thread.State.WAITING);
    }

    @Test
    void aCancellationThatComesBeforeItsRequestEndsItOnce() {
        worker.cancel("r");
        worker.submit(job("r", HERE, 5));
        worker.submit(job("r", THERE, 5));
        worker.start();
        await().until(() -> committed.get() == 2);

        assertThat(wire.events(HERE)).hasSize(1);
        assertThat(((AnswerEvent.Failed) wire.events(HERE).getFirst()).code()).isEqualTo(FailureCode.CANCELLED);
        assertThat(wire.events(THERE).getLast()).isInstanceOf(AnswerEvent.GenerationCompleted.class);
    }

    @Test
    void aDrainFinishesWhatRunsAndLeavesTheRestUnanswered() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            worker.submit(job("running-" + i, HERE, 50));
        }
        worker.submit(job("waiting", THERE, 50));
        worker.start();
        await().until(() -> !wire.events(HERE).isEmpty());
        worker.drain(Duration.ofSeconds(20));

        assertThat(wire.events(HERE).stream().filter(AnswerEvent::terminal)).hasSize(8);
        assertThat(committed.get()).isEqualTo(8 + (wire.events(THERE).isEmpty() ? 0 : 1));
    }

    @Test
    void aDrainWithoutGraceLeavesWhatRunsUnansweredToo() throws InterruptedException {
        var gate = wire.haltAfterTheFirst();
        worker.submit(job("long", HERE, CONTEXT - 10));
        worker.start();
        await().until(() -> !wire.events(HERE).isEmpty());
        var drain = Thread.ofPlatform().start(this::drainWithoutGrace);
        // It waits for the worker's thread: the order to end is given.
        await().until(() -> drain.getState() == Thread.State.WAITING);
        gate.countDown();
        drain.join();

        assertThat(wire.events(HERE)).noneMatch(AnswerEvent::terminal);
        assertThat(committed).hasValue(0);
    }

    @Test
    void aBrokenEngineIsTroubleAndItsRequestsAreTold() {
        engine.failNextSteps(Integer.MAX_VALUE, new OutOfMemoryError("scripted"));
        worker.submit(job("r", HERE, 5));
        worker.start();
        await().until(() -> worker.trouble() != null);

        assertThat(((AnswerEvent.Failed) wire.events(HERE).getLast()).code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(committed).hasValue(1);
    }

    private void drainWithoutGrace() {
        try {
            worker.drain(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Scheduler scheduler() {
        var rules = new RequestRules("scripted", VOCABULARY, CONTEXT);
        var texts = new IdsOnly(VOCABULARY);
        var tasks = new RequestTasks(
                rules,
                new Generations(engine, texts, new SamplerChoices(VOCABULARY, VOCABULARY), rules),
                new Scorings(engine, rules),
                rules::notServed,
                () -> {
                    throw new AssertionError("nobody asks who answers");
                });
        var options = new SchedulerOptions(64, 100, 100, Duration.ofSeconds(1), 0, 3);
        return new Scheduler(engine, tasks, options, RowReading.SEQUENTIAL);
    }

    private Job job(String id, ReplyAddress address, int maxTokens) {
        var options = new GenerationOptions(maxTokens, 1, Sampling.seeded(1, 7), List.of(), null, false, true);
        var request = new InferenceRequest.Generate(id, "scripted", TokenIds.of(1, 2, 3), options, null);
        var incoming = new IncomingRequest<InferenceRequest>(request, address, committed::incrementAndGet);
        return new Job(incoming, Priority.INTERACTIVE, System.nanoTime());
    }

    /** A wire whose deliveries the test decides on. */
    private static final class Wire implements AnswerOutlet.Sender {

        private final List<Sent> sent = new CopyOnWriteArrayList<>();
        private boolean holding;
        private int losses;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        private record Sent(ReplyAddress address, List<AnswerEvent> events, CompletableFuture<Void> delivery) {}

        @Override
        public CompletionStage<Void> send(ReplyAddress address, List<AnswerEvent> events) {
            var delivery = sendNow(address, events);
            passTheGate();
            return delivery;
        }

        private synchronized CompletableFuture<Void> sendNow(ReplyAddress address, List<AnswerEvent> events) {
            var delivery = new CompletableFuture<Void>();
            sent.add(new Sent(address, events, delivery));
            if (losses > 0) {
                losses--;
                delivery.completeExceptionally(new IllegalStateException("scripted"));
            } else if (!holding) {
                delivery.complete(null);
            }
            return delivery;
        }

        /** The sender, which is the worker's thread, goes on after its first record only when the gate is open. */
        CountDownLatch haltAfterTheFirst() {
            gate = new CountDownLatch(1);
            return gate;
        }

        private void passTheGate() {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        synchronized void hold() {
            holding = true;
        }

        synchronized void arrive() {
            holding = false;
            sent.forEach(record -> record.delivery.complete(null));
        }

        synchronized void loseThird() {
            holding = false;
            sent.get(2).delivery.completeExceptionally(new IllegalStateException("scripted"));
            sent.forEach(record -> record.delivery.complete(null));
        }

        synchronized void loseAll(int count) {
            losses = count;
        }

        List<List<AnswerEvent>> records(ReplyAddress address) {
            return sent.stream()
                    .filter(record -> record.address.equals(address))
                    .map(Sent::events)
                    .toList();
        }

        List<AnswerEvent> events(ReplyAddress address) {
            var events = new ArrayList<AnswerEvent>();
            records(address).forEach(events::addAll);
            return Collections.unmodifiableList(events);
        }
    }

    private static final class Unobserved implements WorkerObserver {

        @Override
        public void taken(Job job) {
            assertThat(job).isNotNull();
        }

        @Override
        public void stepped(StepReport report, SchedulerState after, long nanos) {
            assertThat(nanos).isNotNegative();
        }
    }
}
