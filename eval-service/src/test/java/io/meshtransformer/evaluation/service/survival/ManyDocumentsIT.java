package io.meshtransformer.evaluation.service.survival;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.service.support.Commander;
import io.meshtransformer.evaluation.service.support.Direct;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.process.BrokerProcess;
import io.meshtransformer.testkit.process.DatabaseProcess;
import io.meshtransformer.testkit.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service as the launcher starts it, with very many documents and a model that answers at once: how much memory it takes
 * as time goes by, and how two of it share the work. {@code -Dmtj.documents} gives more of them than a build has time for.
 */
class ManyDocumentsIT {
    private static final int DOCUMENTS = Integer.getInteger("mtj.documents", 5_000);
    private static final Duration LONGEST = Duration.ofSeconds(60 + DOCUMENTS / 100);
    private static final long MOST_MEBIBYTES = 512;
    private static final String NAME = "many";
    /** Ten chunks, of which one instance takes six at once. */
    private static final int SHARED = 640;

    @TempDir
    static Path folder;

    private static DatabaseProcess database;
    private static BrokerProcess broker;
    private static ServiceProcess service;

    /** @param mebibytes the process's resident memory */
    private record Sample(double seconds, long done, long mebibytes) {}

    @BeforeAll
    static void start() throws IOException {
        writeTask();
        database = new DatabaseProcess(folder.resolve("postgres"));
        broker = new BrokerProcess(folder.resolve("kafka"), folder.resolve("kafka.log"));
        service = launched("service.log");
        service.awaitReady();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        try (var _ = database;
                var _ = broker) {
            service.stop();
        }
    }

    @Test
    void memoryDoesNotGrowWithTheDocuments() throws Exception {
        try (var commander = new Commander(broker.broker());
                var model = new ScriptedModel(broker.broker())) {
            model.serves(ScriptedModel.stories("many"));
            var samples = evaluated(commander);
            var most = samples.stream().mapToLong(Sample::mebibytes).max().orElseThrow();
            System.out.printf(
                    "%,d documents: %.0f documents/s, at most %d MiB, %.0f bytes of PostgreSQL a document%n",
                    DOCUMENTS, DOCUMENTS / samples.getLast().seconds(), most, (double) bytes() / DOCUMENTS);
            assertThat(most).isLessThan(MOST_MEBIBYTES);
            assertThat(model.scored()).isEqualTo(DOCUMENTS);
        }
    }

    @Test
    void twoInstancesShareAnEvaluationAndAskNothingTwice() throws Exception {
        var served = ScriptedModel.stories("shared");
        var second = launched("second.log");
        second.awaitReady();
        try (var commander = new Commander(broker.broker());
                var model = new ScriptedModel(broker.broker())) {
            model.serves(served).stopAfter(0);
            var before = judged(service);
            commander.evaluate("shared", new EvaluationSettings("stories", List.of(NAME), null, SHARED, null, null));
            // Neither has room for all of it, and nothing is answered before both have their share.
            Patience.await()
                    .until(() ->
                            count("select count(distinct owner) from evaluation.chunk where owner is not null") == 2);
            model.stopAfter(Integer.MAX_VALUE);
            var finished = commander.await("shared", EvaluationState.FINISHED);

            assertThat(model.scored()).isEqualTo(SHARED);
            assertThat(finished.asked()).isEqualTo(SHARED);
            assertThat(finished.reused()).isZero();
            assertThat(judged(second)).isBetween(1L, SHARED - 1L);
            assertThat(judged(service) - before + judged(second)).isEqualTo(SHARED);
            var task = new TaskLibrary(Optional.of(tasks())).task(NAME, Optional.of(tasks()), OptionalInt.empty());
            assertThat(finished.results().getFirst().metrics())
                    .isEqualTo(Direct.metrics(task, Protocol.HARNESS, SHARED, served));
        } finally {
            second.stop();
        }
    }

    private static ServiceProcess launched(String log) throws IOException {
        return ServiceProcess.launch(Path.of(""), List.of("-Xss512k", "-Xmx256m"), environment(), folder.resolve(log));
    }

    private static long count(String sql) throws SQLException {
        try (var connection = database.connection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Documents that an instance judged. */
    private static long judged(ServiceProcess service) throws IOException, InterruptedException {
        return service.get("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("mtj_evaluation_documents_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<Sample> evaluated(Commander commander) {
        var samples = new ArrayList<Sample>();
        var start = System.nanoTime();
        commander.evaluate(NAME, new EvaluationSettings("stories", List.of(NAME), null, null, null, null));
        Awaitility.await()
                .atMost(LONGEST)
                .pollInterval(Duration.ofSeconds(Math.clamp(DOCUMENTS / 10_000, 1, 15)))
                .until(() -> sampled(commander.describe(NAME), start, samples));
        return samples;
    }

    private static boolean sampled(EvaluationDescription evaluation, long start, List<Sample> samples)
            throws IOException {
        assertThat(evaluation.state()).as(evaluation.reason()).isNotEqualTo(EvaluationState.FAILED);
        var sample = new Sample((System.nanoTime() - start) / 1e9, evaluation.done(), service.residentMebibytes());
        samples.add(sample);
        System.out.printf("%6.1f s: %,9d documents, %d MiB%n", sample.seconds(), sample.done(), sample.mebibytes());
        return evaluation.state() == EvaluationState.FINISHED;
    }

    /** One line each, of a question and a word, as {@code lambada} has them. */
    private static void writeTask() throws IOException {
        Files.writeString(tasks().resolve(NAME + ".yaml"), """
                task: %s
                data_files:
                  test: [%s.jsonl]
                test_split: test
                output_type: loglikelihood
                doc_to_text: "{{question}}"
                doc_to_target: " {{answer}}"
                metric_list:
                  - metric: acc
                metadata:
                  version: 1.0
                """.formatted(NAME, NAME));
        try (var lines = Files.newBufferedWriter(tasks().resolve(NAME + ".jsonl"))) {
            for (var i = 0; i < DOCUMENTS; i++) {
                lines.write("{\"question\": \"The number after %d is\", \"answer\": \"%d\"}\n".formatted(i, i + 1));
            }
        }
    }

    private static Path tasks() throws IOException {
        return Files.createDirectories(folder.resolve("tasks"));
    }

    private static Map<String, String> environment() throws IOException {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "QUARKUS_DATASOURCE_JDBC_URL",
                database.jdbcUrl(),
                "MTJ_MODEL_DIRECTORY",
                Path.of(System.getProperty("mtj.root"), "models", "stories").toString(),
                "MTJ_EVALUATION_DATA",
                tasks().toString(),
                "MTJ_EVALUATION_TASKS",
                tasks().toString(),
                "MALLOC_ARENA_MAX",
                "2");
    }

    /** Tables and their indices. */
    private static long bytes() throws SQLException {
        return count("""
                select sum(pg_total_relation_size(pg_class.oid)) from pg_class
                join pg_namespace on pg_namespace.oid = relnamespace
                where nspname = 'evaluation' and relkind = 'r'
                """);
    }
}
