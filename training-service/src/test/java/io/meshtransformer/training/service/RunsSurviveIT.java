package io.meshtransformer.training.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.RunCurve.StepPoint;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.embedded.EmbeddedDatabase;
import io.meshtransformer.embedded.EmbeddedKafka;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.process.ServiceProcess;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.StepRecord;
import io.meshtransformer.training.run.StopSignal;
import io.meshtransformer.training.run.TrainingRun;
import io.meshtransformer.training.service.support.Commander;
import io.meshtransformer.training.service.support.CountingEngines;
import io.meshtransformer.training.service.support.TestRuns;
import io.meshtransformer.training.service.support.TestWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed one after the other. */
class RunsSurviveIT {
    private static final int STEPS = 3_000;

    @TempDir
    Path folder;

    @Test
    void aRunSurvivesItsWorkerTheServiceAndBothAndItsCurveIsThatOfAnUnbrokenRun() throws Exception {
        var inputs = TestRuns.in(folder.resolve("inputs"));
        try (var kafka = EmbeddedKafka.temporary();
                var database = EmbeddedDatabase.temporary()) {
            var environment = environment(kafka, database);
            var service = ServiceProcess.start(Path.of(""), environment, folder.resolve("service.log"));
            try (var commander = new Commander(new Broker(kafka.bootstrapServers()))) {
                commander.submit(run(inputs));
                commander.await("tales", run -> run.step() > 60);

                killWorker(1);
                var second = commander.await("tales", run -> run.attempts() == 2 && run.state() == RunState.RUNNING);
                assertThat(second.checkpoints()).isNotEmpty();

                service.kill();
                assertThat(worker(2).isAlive()).isTrue();
                service = ServiceProcess.start(Path.of(""), environment, folder.resolve("service.log"));
                var adopted = commander.await("tales", run -> run.step() > second.step() + 20);
                assertThat(adopted.attempts()).isEqualTo(2);
                assertThat(adopted.state()).isEqualTo(RunState.RUNNING);

                killWorker(2);
                service.kill();
                service = ServiceProcess.start(Path.of(""), environment, folder.resolve("service.log"));
                Files.createFile(hurry());
                var finished = commander.await("tales", RunState.FINISHED);
                assertThat(finished.attempts()).isEqualTo(3);
                assertThat(finished.step()).isEqualTo(STEPS);

                var losses = new LinkedHashMap<Long, Double>();
                for (StepPoint point : commander.history("tales").steps()) {
                    losses.put(point.step(), point.loss());
                }
                assertThat(losses).isEqualTo(unbroken(inputs));
            } finally {
                service.stop();
            }
        }
    }

    private Map<String, String> environment(EmbeddedKafka kafka, EmbeddedDatabase database) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "QUARKUS_DATASOURCE_JDBC_URL",
                database.jdbcUrl(),
                "QUARKUS_DATASOURCE_USERNAME",
                EmbeddedDatabase.USER,
                "MTJ_INSTANCE",
                "training-service-0",
                "MTJ_TRAINING_DIRECTORY",
                folder.resolve("runs").toString(),
                "MTJ_TRAINING_TICK",
                "100ms",
                "MTJ_TRAINING_PAUSE",
                "100ms",
                "MTJ_TRAINING_WORKER_COMMAND",
                String.join(",", TestWorker.command(hurry())));
    }

    private Path hurry() {
        return folder.resolve("hurry");
    }

    private JsonObject run(TestRuns inputs) {
        var configuration = inputs.configuration("tales", STEPS);
        configuration.putObject("checkpoints").put("every", 50);
        configuration.putObject("validate").put("every", 50);
        return JsonObject.of(configuration);
    }

    private ProcessHandle worker(int attempt) throws IOException {
        var line = Files.readString(folder.resolve("runs/tales/workers/" + attempt + "/process"));
        return ProcessHandle.of(Long.parseLong(line.split(" ")[0])).orElseThrow();
    }

    private void killWorker(int attempt) throws IOException {
        assertThat(worker(attempt).destroyForcibly()).isTrue();
    }

    /** The loss of every step of the same run that nobody disturbs. */
    private Map<Long, Double> unbroken(TestRuns inputs) throws IOException {
        var losses = new LinkedHashMap<Long, Double>();
        var run = new TrainingRun(
                new RunDirectory(folder.resolve("unbroken")),
                RunConfiguration.parse(run(inputs).toTree(), folder),
                new CountingEngines(hurry()),
                event -> {
                    if (event instanceof RunEvent.StepCompleted(StepRecord record)) {
                        losses.put(record.step(), record.result().loss());
                    }
                },
                new StopSignal(),
                InstantSource.system());
        assertThat(run.run().finished()).isTrue();
        return losses;
    }
}
