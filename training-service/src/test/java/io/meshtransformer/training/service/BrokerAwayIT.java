package io.meshtransformer.training.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.RunDescription.CheckpointDescription;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.embedded.EmbeddedDatabase;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.TopicReader;
import io.meshtransformer.testkit.process.BrokerProcess;
import io.meshtransformer.testkit.process.ServiceProcess;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.StopSignal;
import io.meshtransformer.training.run.TrainingRun;
import io.meshtransformer.training.service.support.Commander;
import io.meshtransformer.training.service.support.CountingEngines;
import io.meshtransformer.training.service.support.TestRuns;
import io.meshtransformer.training.service.support.TestWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is away for longer than anybody waits for it: frozen first, then killed. Who waits a minute or two by default
 * waits a few seconds here.
 */
class BrokerAwayIT {
    private static final int STEPS = 2_000;
    private static final int SILENCE_SECONDS = 8;
    /** At 20 ms each, longer than the silence after which a worker counts as dead. */
    private static final int STEPS_WHILE_FROZEN = 500;

    private static final Duration STAYS_AWAY = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    /** What events tell of, by step; checkpoints are the commits that were not deleted. */
    private record Story(
            Map<Long, Double> losses, Map<Long, Double> validations, Set<Long> commits, Set<Long> checkpoints) {
        Story() {
            this(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
        }
    }

    @Test
    void aRunTrainsOnWhileTheBrokerIsAwayAndAllOfItIsToldInTheEnd() throws Exception {
        var inputs = TestRuns.in(folder.resolve("inputs"));
        try (var kafka = new BrokerProcess(folder.resolve("kafka"), folder.resolve("kafka.log"));
                var database = EmbeddedDatabase.temporary()) {
            var service =
                    ServiceProcess.start(Path.of(""), environment(kafka, database), folder.resolve("service.log"));
            try (var commander = new Commander(kafka.broker())) {
                commander.submit(run(inputs));
                commander.await("tales", run -> run.step() > 20);

                kafka.freeze();
                var frozenAt = steps();
                Patience.await().until(() -> steps() > frozenAt + STEPS_WHILE_FROZEN && timesTheWorkerGaveUp() > 0);
                kafka.thaw();
                commander.await("tales", run -> run.step() > frozenAt + STEPS_WHILE_FROZEN);

                kafka.kill();
                var givenUpBefore = timesTheWorkerGaveUp();
                Files.createFile(hurry());
                Patience.await().until(() -> steps() == STEPS && timesTheWorkerGaveUp() > givenUpBefore);
                // Whoever looks for the broker does so more and more seldom.
                Thread.sleep(STAYS_AWAY);
                kafka.startAgain();
                requireAllTold(commander.await("tales", RunState.FINISHED), commander, kafka.broker(), inputs);
            } finally {
                service.stop();
            }
        }
    }

    /** On the topic, for whoever reads it, and in the tables. */
    private void requireAllTold(RunDescription finished, Commander commander, Broker broker, TestRuns inputs)
            throws IOException, MalformedMessageException {
        assertThat(finished.attempts()).isEqualTo(1);
        assertThat(finished.step()).isEqualTo(STEPS);
        var unbroken = unbroken(inputs);
        var told = told(broker);
        assertThat(told.losses()).isEqualTo(unbroken.losses());
        assertThat(told.validations()).isEqualTo(unbroken.validations());
        // When a commit falls due while another one is written, it waits: of which step it is depends on the disk.
        assertThat(told.commits()).isEqualTo(commits());

        var kept = new Story();
        var curve = commander.history("tales");
        curve.steps().forEach(point -> kept.losses().put(point.step(), point.loss()));
        curve.validations().forEach(point -> kept.validations().put(point.step(), point.loss()));
        finished.checkpoints().forEach(checkpoint -> kept.checkpoints().add(checkpoint.step()));
        assertThat(kept).isEqualTo(new Story(told.losses(), told.validations(), Set.of(), told.checkpoints()));
        assertThat(finished.checkpoints())
                .extracting(CheckpointDescription::step)
                .endsWith((long) STEPS);
        assertThat(finished.checkpoints())
                .extracting(checkpoint -> Path.of(checkpoint.path()))
                .allSatisfy(path -> assertThat(path).isDirectory());
    }

    private static Story told(Broker broker) throws MalformedMessageException {
        var story = new Story();
        try (var events = broker.read(Topics.TRAINING_EVENTS.name())) {
            for (var event = next(events); !(event instanceof TrainingEvent.RunFinished); event = next(events)) {
                switch (event) {
                    case TrainingEvent.StepCompleted step -> story.losses().put(step.step(), step.loss());
                    case TrainingEvent.ValidationCompleted validation ->
                        story.validations().put(validation.step(), validation.loss());
                    case TrainingEvent.CheckpointCommitted commit -> {
                        story.commits().add(commit.step());
                        story.checkpoints().add(commit.step());
                    }
                    case TrainingEvent.CheckpointDeleted deleted ->
                        story.checkpoints().remove(deleted.step());
                    case TrainingEvent.RunAccepted _,
                            TrainingEvent.RunQueued _,
                            TrainingEvent.WorkerStarting _,
                            TrainingEvent.RunStarted _,
                            TrainingEvent.Heartbeat _ -> {}
                    case TrainingEvent.CheckpointFailed _,
                            TrainingEvent.WorkerFailed _,
                            TrainingEvent.RunPreempted _,
                            TrainingEvent.RunRestarting _,
                            TrainingEvent.RunFailed _,
                            TrainingEvent.RunFinished _,
                            TrainingEvent.RunCancelled _ -> throw new AssertionError(event);
                }
            }
        }
        return story;
    }

    private static TrainingEvent next(TopicReader events) throws MalformedMessageException {
        return MessageCodec.read(events.next(1).getFirst().value(), TrainingEvent.class);
    }

    /** Of the same run that nobody disturbs. */
    private Story unbroken(TestRuns inputs) throws IOException {
        var story = new Story();
        var run = new TrainingRun(
                new RunDirectory(folder.resolve("unbroken")),
                RunConfiguration.parse(run(inputs).toTree(), folder),
                new CountingEngines(hurry()),
                event -> {
                    switch (event) {
                        case RunEvent.StepCompleted(var record) ->
                            story.losses().put(record.step(), record.result().loss());
                        case RunEvent.ValidationCompleted validation ->
                            story.validations().put(validation.step(), validation.loss());
                        case RunEvent.PhaseEntered _,
                                RunEvent.Started _,
                                RunEvent.CheckpointCommitted _,
                                RunEvent.CheckpointDeleted _,
                                RunEvent.CheckpointFailed _ -> {}
                    }
                },
                new StopSignal(),
                InstantSource.system());
        assertThat(run.run().finished()).isTrue();
        return story;
    }

    private JsonObject run(TestRuns inputs) {
        var configuration = inputs.configuration("tales", STEPS);
        configuration.putObject("checkpoints").put("every", 50).put("keep_last", 2);
        configuration.putObject("validate").put("every", 50);
        return JsonObject.of(configuration);
    }

    private Path hurry() {
        return folder.resolve("hurry");
    }

    /** That were taken, whoever has heard of them. */
    private long steps() throws IOException {
        return lines("steps.jsonl", "\"loss\"").size();
    }

    /** By what the worker wrote down. */
    private Set<Long> commits() throws IOException {
        var text = ": committed step ";
        return lines("workers/1/worker.log", text).stream()
                .map(line -> line.substring(line.indexOf(text) + text.length()))
                .map(step -> Long.valueOf(step.replace(",", "")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long timesTheWorkerGaveUp() throws IOException {
        return lines("workers/1/worker.log", "events wait for the broker").size();
    }

    private List<String> lines(String file, String with) throws IOException {
        try (var lines = Files.lines(folder.resolve("runs/tales").resolve(file))) {
            return lines.filter(line -> line.contains(with)).toList();
        }
    }

    private Map<String, String> environment(BrokerProcess kafka, EmbeddedDatabase database) {
        return Map.ofEntries(
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                Map.entry("KAFKA_REQUEST_TIMEOUT_MS", "2000"),
                Map.entry("KAFKA_DELIVERY_TIMEOUT_MS", "4000"),
                Map.entry("KAFKA_SESSION_TIMEOUT_MS", "6000"),
                Map.entry("KAFKA_HEARTBEAT_INTERVAL_MS", "1000"),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl()),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", EmbeddedDatabase.USER),
                Map.entry("MTJ_INSTANCE", "training-service-0"),
                Map.entry("MTJ_TRAINING_DIRECTORY", folder.resolve("runs").toString()),
                Map.entry("MTJ_TRAINING_TICK", "100ms"),
                Map.entry("MTJ_TRAINING_PAUSE", "100ms"),
                Map.entry("MTJ_TRAINING_SILENCE", SILENCE_SECONDS + "s"),
                Map.entry("MTJ_TRAINING_WORKER_COMMAND", String.join(",", TestWorker.command(hurry()))));
    }
}
