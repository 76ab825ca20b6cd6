package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.process.ProcessIdentity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The life of a suite on one home, as a user drives it: up, used, down, up again, killed, up again. */
@TestInstance(PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SuiteLifeIT {
    private static final Set<String> SERVICES = Set.of(
            "kafka",
            "postgres",
            "tokenizer-service",
            "inference-service",
            "training-service",
            "eval-service",
            "gateway");
    private static final String[] STORY = {"generate", "Once upon a time", "--max-tokens", "60", "--seed", "7"};

    @TempDir
    private static Path home;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Each look starts a JVM, which takes a part of the machine from what it looks for. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private Mtj mtj;
    private List<Long> processes;
    private Process foreground;
    private String story;
    private long prompts;

    @AfterAll
    void stop() throws Exception {
        if (mtj != null) {
            mtj.run("down");
        }
    }

    @Test
    @Order(1)
    void upDetachedReturnsWhenEverythingIsReady() throws Exception {
        mtj = Mtj.on(home);

        var up = mtj.up();

        assertThat(up.out().lines()).hasSize(SERVICES.size() + 1);
        for (var service : SERVICES) {
            assertThat(up.out()).containsPattern(service + " +ready after +[0-9.]+ s   port [0-9]+");
        }
        assertThat(up.out().lines().toList().getLast()).startsWith("ready: http://127.0.0.1:");
        System.out.print(up.out());
    }

    @Test
    @Order(2)
    void statusHasARowPerServiceAndAllAreReady() throws Exception {
        var rows = mtj.status();

        assertThat(rows).hasSize(SERVICES.size()).allSatisfy(row -> {
            assertThat(SERVICES).contains(row.get("service").asText());
            assertThat(ProcessHandle.of(row.get("pid").asLong())).isPresent();
            assertThat(row.get("port").asInt()).isPositive();
            assertThat(row.get("health").asText()).isEqualTo("ready");
        });
        assertThat(mtj.run("status").succeeded().out()).contains("SERVICE", "inference-service", "model stories");
        processes = processes(rows);
    }

    @Test
    @Order(3)
    void theSameSeedTellsTheSameStory() throws Exception {
        story = mtj.run(STORY).succeeded().out();

        assertThat(story).hasSizeGreaterThan(100);
        assertThat(mtj.run(STORY).succeeded().out()).isEqualTo(story);
        assertThat(mtj.run("generate", "Once upon a time", "--max-tokens", "60", "--seed", "8")
                        .out())
                .isNotEqualTo(story);
    }

    @Test
    @Order(4)
    void whatTheGatewayRefusesIsOneLineAndExitsWithOne() throws Exception {
        var unknown = mtj.run("generate", "Once", "--model", "gpt-5");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err().lines()).hasSize(1);
        assertThat(unknown.err()).startsWith("mtj: ").contains("gpt-5");

        var tooMany = mtj.run("generate", "Once", "--max-tokens", "5000");
        assertThat(tooMany.exitCode()).isEqualTo(1);
        assertThat(tooMany.err()).contains("5000", "256");
    }

    @Test
    @Order(5)
    void jsonIsOneObject() throws Exception {
        var out = mtj.run("generate", "Once upon a time", "--max-tokens", "5", "--seed", "7", "--json")
                .succeeded()
                .out();

        var answer = new ObjectMapper().readTree(out);
        assertThat(story).startsWith(answer.at("/choices/0/text").asText());
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(5);
    }

    @Test
    @Order(6)
    void aSecondUpOnTheHomeSaysWhoIsThere() throws Exception {
        for (var arguments :
                List.of(new String[] {"up", "--port", "0"}, new String[] {"up", "--detach", "--port", "0"})) {
            var second = mtj.run(arguments);

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err().lines()).hasSize(1);
            assertThat(second.err())
                    .contains(
                            "a suite already runs on " + home,
                            mtj.state().get("url").asText(),
                            "./mtj down");
        }
    }

    @Test
    @Order(7)
    void aTakenPortIsNamedWithItsOwner(@TempDir Path otherHome) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var other = new Mtj(otherHome);
            for (var arguments : List.of(
                    new String[] {"up", "--port", "" + taken.getLocalPort()},
                    new String[] {"up", "--detach", "--port", "" + taken.getLocalPort()})) {
                var result = other.run(arguments);

                assertThat(result.exitCode()).isEqualTo(1);
                assertThat(result.err())
                        .contains("port " + taken.getLocalPort() + " is taken by process "
                                + ProcessHandle.current().pid());
            }
            assertThat(other.status()).isEmpty();
        }
    }

    @Test
    @Order(8)
    void logsShowTheEndOfEachLog() throws Exception {
        assertThat(mtj.run("logs", "--no-follow").succeeded().out())
                .contains("gateway ", "inference-service ", "launcher ");
        assertThat(mtj.run("logs", "gateway", "--no-follow", "-n", "500")
                        .succeeded()
                        .out())
                .contains("started in");
        assertThat(mtj.run("logs", "door").err()).contains("there is no log of 'door'", "gateway");
    }

    @Test
    @Order(9)
    void downLeavesNoProcess() throws Exception {
        prompts = recordsIn("prompts");

        assertThat(mtj.run("down").succeeded().out()).isEqualTo("stopped\n");

        assertThat(alive(processes)).isEmpty();
        assertThat(mtj.status()).isEmpty();
        assertThat(mtj.run("down").succeeded().out()).contains("no suite was running");
    }

    @Test
    @Order(10)
    void whatWasSaidIsKeptUntilTheNextUp() throws Exception {
        mtj.up();
        processes = processes(mtj.status());

        assertThat(recordsIn("prompts")).as("records of the first life").isGreaterThanOrEqualTo(prompts);
        assertThat(prompts).isPositive();
        assertThat(mtj.run(STORY).succeeded().out()).isEqualTo(story);
    }

    @Test
    @Order(11)
    void aKilledServiceIsStartedAgain() throws Exception {
        var gateway = mtj.status("gateway").get("pid").asLong();

        ProcessHandle.of(gateway).orElseThrow().destroyForcibly();

        await().pollInterval(LOOK).atMost(PATIENCE).until(() -> {
            var row = mtj.status("gateway");
            return row.get("health").asText().equals("ready") && row.get("pid").asLong() != gateway;
        });
        assertThat(mtj.run(STORY).succeeded().out()).isEqualTo(story);
        assertThat(mtj.run("logs", "launcher", "--no-follow").out())
                .contains("gateway (pid " + gateway + ") ended by signal 9; it starts again in 0.0 s")
                .contains("gateway is ready again");
        processes = processes(mtj.status());
    }

    @Test
    @Order(12)
    void aKilledDatabaseIsStartedAgain() throws Exception {
        var database = mtj.status("postgres").get("pid").asLong();

        Mtj.signal("KILL", database);

        await().pollInterval(LOOK).atMost(PATIENCE).until(() -> {
            var row = mtj.status("postgres");
            return row.get("health").asText().equals("ready") && row.get("pid").asLong() != database;
        });
        processes = processes(mtj.status());
    }

    @Test
    @Order(13)
    void nothingOutlivesAKilledLauncher() throws Exception {
        var launcher = mtj.state().at("/launcher/pid").asLong();

        ProcessHandle.of(launcher).orElseThrow().destroyForcibly();

        await().atMost(PATIENCE).until(() -> alive(processes).isEmpty());
        assertThat(mtj.status()).isEmpty();
    }

    @Test
    @Order(14)
    void whatACrashLeftRunningIsEndedByTheNextUp() throws Exception {
        mtj.up();
        processes = processes(mtj.status());
        var launcher = mtj.state().at("/launcher/pid").asLong();
        var watchdog = mtj.state().at("/watchdog/pid").asLong();
        // A launcher that stands still can't replace the watchdog.
        Mtj.signal("STOP", launcher);
        Mtj.signal("KILL", watchdog);
        Mtj.signal("KILL", launcher);
        await().pollInterval(LOOK).atMost(PATIENCE).until(() -> mtj.status().isEmpty());
        assertThat(alive(processes)).as("what nobody ended").hasSize(SERVICES.size() - 1);

        try (var _ = OneAtATime.begin()) {
            foreground = mtj.startInForeground("up", "--port", "0");
            assertThat(foreground.inputReader().lines().takeWhile(line -> !line.startsWith("ready: ")))
                    .filteredOn(line -> !line.startsWith("ending "))
                    .hasSize(SERVICES.size());
        }

        assertThat(alive(processes)).isEmpty();
        assertThat(mtj.run("logs", "launcher", "--no-follow").out())
                .contains("ending inference-service, left over from an earlier run");
        assertThat(mtj.run(STORY).succeeded().out()).isEqualTo(story);
    }

    @Test
    @Order(15)
    void controlCStopsASuiteInTheForeground() throws Exception {
        processes = processes(mtj.status());
        try (var out = foreground.inputReader()) {
            Mtj.signal("INT", foreground.pid());

            assertThat(foreground.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(out.lines()).containsExactly("stopping", "stopped");
        }
        assertThat(alive(processes)).isEmpty();
        assertThat(mtj.run("logs", "gateway", "--no-follow").out()).contains("gateway stopped in");
    }

    @Test
    @Order(16)
    void generateBringsItsOwnSuiteWhereNoneRuns() throws Exception {
        var result = mtj.starting(STORY).succeeded();

        assertThat(result.out()).isEqualTo(story);
        assertThat(result.err()).contains("no suite runs on " + home + ": starting one for this call");
        assertThat(mtj.status()).isEmpty();
    }

    private static List<Long> processes(JsonNode status) {
        return StreamSupport.stream(status.spliterator(), false)
                .map(row -> row.get("pid").asLong())
                .toList();
    }

    private static List<Long> alive(List<Long> processes) {
        return processes.stream()
                .filter(pid ->
                        ProcessIdentity.of(pid).filter(ProcessIdentity::alive).isPresent())
                .toList();
    }

    private long recordsIn(String topic) throws Exception {
        var properties = new Properties();
        properties.put(
                "bootstrap.servers",
                "127.0.0.1:" + mtj.status("kafka").get("port").asInt());
        try (var admin = Admin.create(properties)) {
            var partitions = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
            return admin.listOffsets(latest).all().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }
}
