package io.meshtransformer.training.service.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.StepLog;
import io.meshtransformer.training.run.StepRecord;
import io.meshtransformer.training.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventOutletTest {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration LITTLE = Duration.ofMillis(10);

    @TempDir
    Path folder;

    private final Broker broker = new Broker();
    private RunDirectory directory;

    /** One that can go away and come back. */
    private static final class Broker implements EventBroker {
        private final List<TrainingEvent> has = new CopyOnWriteArrayList<>();
        private volatile boolean away;
        private volatile int tries;

        @Override
        public CompletionStage<Void> send(TrainingEvent event) {
            if (away) {
                tries++;
                return CompletableFuture.failedStage(new IllegalStateException("away"));
            }
            has.add(event);
            return CompletableFuture.completedStage(null);
        }

        List<Long> steps() {
            return has.stream()
                    .filter(TrainingEvent.StepCompleted.class::isInstance)
                    .map(event -> ((TrainingEvent.StepCompleted) event).step())
                    .toList();
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void prepare() {
        directory = new RunDirectory(folder);
    }

    @Test
    void eventsWaitForTheBrokerInTheirOrderAndTrainingWaitsForNothing() {
        broker.away = true;
        try (var outlet = outlet(100)) {
            steps(1, 30).forEach(outlet::add);
            Patience.await().until(() -> broker.tries > 3);
            assertThat(broker.has).isEmpty();
            broker.away = false;
        }
        assertThat(broker.steps()).isEqualTo(numbers(1, 30));
    }

    @Test
    void whatIsBeyondTheBoundIsReadAgainFromTheCurveAndNoCheckpointIsLeftOut() throws IOException {
        curve(1, 30);
        broker.away = true;
        try (var outlet = outlet(10)) {
            outlet.repeatUnheard(0, EventOutletTest::event);
            outlet.add(committed(5));
            steps(1, 30).forEach(outlet::add);
            Patience.await().until(() -> broker.tries > 3);
            broker.away = false;
            Patience.await().until(() -> broker.steps().size() >= 30);
        }
        assertThat(broker.steps()).containsAll(numbers(1, 30));
        assertThat(broker.has.getFirst()).isInstanceOf(TrainingEvent.CheckpointCommitted.class);
    }

    @Test
    void theNextWorkerSaysTheStepsAgainThatTheBrokerNeverHad() throws IOException {
        curve(1, 20);
        try (var outlet = outlet(100)) {
            steps(1, 7).forEach(outlet::add);
        }
        broker.has.clear();
        try (var outlet = outlet(100)) {
            outlet.repeatUnheard(15, EventOutletTest::event);
        }
        assertThat(broker.steps()).isEqualTo(numbers(8, 15));
    }

    @Test
    void theNextWorkerSaysWhatNoCurveTellsOf() {
        var said = List.of(validated(4), committed(4), deleted(2), validated(6), committed(6));
        broker.away = true;
        try (var outlet = outlet(100, LITTLE)) {
            said.forEach(outlet::add);
        }
        assertThat(broker.has).isEmpty();
        broker.away = false;
        try (var outlet = outlet(100)) {
            outlet.repeatUnheard(6, EventOutletTest::event);
            outlet.add(committed(8));
        }
        assertThat(broker.has).startsWith(said.toArray(TrainingEvent[]::new)).endsWith(committed(8));

        broker.has.clear();
        try (var outlet = outlet(100)) {
            outlet.repeatUnheard(8, EventOutletTest::event);
        }
        assertThat(broker.has).as("what was heard").isEmpty();
    }

    @Test
    void aLineThatAKilledWorkerDidNotFinishCostsNoOther() throws IOException {
        broker.away = true;
        try (var outlet = outlet(100, LITTLE)) {
            outlet.add(committed(4));
        }
        var file = folder.resolve("unheard.jsonl");
        Files.writeString(file, "\n{\"type\": \"checkpoint-com", StandardOpenOption.APPEND);
        try (var outlet = outlet(100, LITTLE)) {
            outlet.add(committed(6));
        }
        broker.away = false;
        try (var outlet = outlet(100)) {
            outlet.repeatUnheard(0, EventOutletTest::event);
        }
        assertThat(broker.has).containsExactly(committed(4), committed(6));
    }

    @Test
    void whoHasNobodyToComeAfterWaitsForTheBrokerUntilAskedToEnd() throws InterruptedException {
        broker.away = true;
        var stop = new StopSignal();
        try (var outlet = outlet(100, LITTLE)) {
            outlet.add(committed(4));
            var waiting = Thread.ofVirtual().start(() -> outlet.awaitHeard(stop));
            Patience.await().until(() -> broker.tries > 3);
            assertThat(waiting.isAlive()).isTrue();
            broker.away = false;
            assertThat(waiting.join(Patience.LONG)).isTrue();
            assertThat(broker.has).containsExactly(committed(4));

            broker.away = true;
            outlet.add(committed(6));
            var asked = Thread.ofVirtual().start(() -> outlet.awaitHeard(stop));
            stop.request();
            assertThat(asked.join(Patience.LONG)).isTrue();
        }
    }

    @Test
    void stepsThatAreTakenAgainAreSaidAgain() throws IOException {
        curve(1, 20);
        try (var outlet = outlet(100)) {
            steps(1, 20).forEach(outlet::add);
        }
        broker.has.clear();
        try (var outlet = outlet(100)) {
            // It goes on from a commit that is older than what was heard.
            outlet.repeatUnheard(10, EventOutletTest::event);
            steps(11, 12).forEach(outlet::add);
        }
        assertThat(broker.steps()).isEqualTo(numbers(11, 12));
        assertThat(Files.readString(folder.resolve("heard.step"))).isEqualTo("12");
    }

    @Test
    void aHeartbeatDoesNotQueueBehindOthers() {
        broker.away = true;
        try (var outlet = outlet(100)) {
            outlet.addIfIdle(heartbeat());
            outlet.addIfIdle(heartbeat());
            steps(1, 2).forEach(outlet::add);
            outlet.addIfIdle(heartbeat());
            broker.away = false;
        }
        assertThat(broker.has).hasSize(3);
    }

    private EventOutlet outlet(int mostWaiting) {
        return outlet(mostWaiting, Patience.LONG);
    }

    private EventOutlet outlet(int mostWaiting, Duration endPatience) {
        return new EventOutlet(broker, directory, mostWaiting, PAUSE, endPatience);
    }

    private void curve(long first, long last) throws IOException {
        try (var log = StepLog.open(directory.steps(), 0)) {
            LongStream.rangeClosed(first, last).forEach(step -> log.on(new RunEvent.StepCompleted(record(step))));
        }
    }

    private static List<TrainingEvent> steps(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<TrainingEvent>mapToObj(step -> event(record(step)))
                .toList();
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static StepRecord record(long step) {
        var result = new StepResult(step, 0.1, 2, 1.5, 0.5, 2, 0.25, 0.75, 1);
        return new StepRecord(
                result, step * 16, 0.5, 0.1, 160, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(3));
    }

    private static TrainingEvent.StepCompleted event(StepRecord record) {
        assertThat(record).isEqualTo(record(record.step()));
        return new TrainingEvent.StepCompleted(
                "tales",
                1,
                Instant.EPOCH,
                record.step(),
                30,
                record.result().loss(),
                record.result().crossEntropy(),
                record.result().learningRate(),
                record.result().gradientNorm(),
                record.noiseScale().getAsDouble(),
                record.seconds(),
                record.tokensPerSecond(),
                null,
                null,
                null,
                record.tokens(),
                record.epoch());
    }

    private static TrainingEvent validated(long step) {
        return new TrainingEvent.ValidationCompleted("tales", 1, Instant.EPOCH, step, "held-out", 1.5, 160);
    }

    private static TrainingEvent committed(long step) {
        return new TrainingEvent.CheckpointCommitted(
                "tales", 1, Instant.EPOCH, step, "/x", 1, null, false, null, false);
    }

    private static TrainingEvent deleted(long step) {
        return new TrainingEvent.CheckpointDeleted("tales", 1, Instant.EPOCH, step);
    }

    private static TrainingEvent heartbeat() {
        return new TrainingEvent.Heartbeat("tales", 1, Instant.EPOCH, 0, RunPhase.LOADING);
    }
}
