package io.meshtransformer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        try (var kafka = EmbeddedKafka.temporary()) {
            var topic = new TestTopic(kafka.bootstrapServers(), "stories").create();
            topic.write("once", "upon", "a time");

            assertThat(topic.readAll()).containsExactly("once", "upon", "a time");
        }
    }

    @Test
    void recordsAndTopicsSurviveARestart() throws Exception {
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            new TestTopic(kafka.bootstrapServers(), "stories").create().write("once", "upon");
        }
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            var topic = new TestTopic(kafka.bootstrapServers(), "stories");
            topic.write("a time");

            assertThat(topic.readAll()).containsExactly("once", "upon", "a time");
        }
    }

    @Test
    void afterAKillItIsBackInSecondsWithEveryAcknowledgedRecord() throws Exception {
        // The loading of classes is no part of what is measured.
        EmbeddedKafka.temporary().close();
        try (var child = ChildProcess.start(KafkaMain.class, directory.toString())) {
            child.awaitLine(KafkaMain.WRITTEN);
            child.kill();
        }
        var afterKill = timeToWrite("after");
        // What the same takes without a kill, on this machine as busy as it is.
        var afterClose = timeToWrite("a while");

        assertThat(afterKill).isLessThan(Duration.ofSeconds(6).plus(afterClose.multipliedBy(2)));
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            assertThat(new TestTopic(kafka.bootstrapServers(), KafkaMain.TOPIC).readAll())
                    .containsExactly("before", "the", "kill", "after", "a while");
        }
        System.out.printf(
                "the first record was written %.1f s after a kill, %.1f s after a stop%n",
                afterKill.toMillis() / 1e3, afterClose.toMillis() / 1e3);
    }

    /** Starts a broker, writes a record and stops it again; how long it took until the record was written. */
    private Duration timeToWrite(String value) throws Exception {
        var begin = Instant.now();
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            new TestTopic(kafka.bootstrapServers(), KafkaMain.TOPIC).write(value);
            return Duration.between(begin, Instant.now());
        }
    }

    @Test
    void itListensOnTheGivenPort() throws Exception {
        int port = Ports.free();
        try (var kafka = EmbeddedKafka.start(directory, port, Map.of())) {
            assertThat(kafka.port()).isEqualTo(port);
            assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedKafka.start(directory, taken.getLocalPort(), Map.of()))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessage("the embedded Kafka broker cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is taken");
        }
    }

    @Test
    void aPortBeyondTheLastIsRefused() {
        assertThatThrownBy(() -> EmbeddedKafka.start(directory, 70_000, Map.of()))
                .hasMessageContaining("cannot listen on port 70000: it must be from 1 to 65535");
    }

    @Test
    void aSecondBrokerOnTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0, Map.of()))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another one already runs on it");

            var topic = new TestTopic(kafka.bootstrapServers(), "stories").create();
            topic.write("still here");
            assertThat(topic.readAll()).containsExactly("still here");
        }
    }

    @Test
    void aLogOfAnotherClusterIsRefusedAndTheDirectoryIsFreeAgain() throws Exception {
        var log = Files.createDirectories(directory.resolve("log"));
        Files.writeString(log.resolve("meta.properties"), "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=1\n");

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0, Map.of()))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining("did not start in " + directory);
        }
    }

    @Test
    void portsThatSomebodyTookMeanwhileAreReplacedByOthers() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int bad = taken.getLocalPort();
            // The controllers' and the clients' of each attempt.
            var ports = List.of(bad, Ports.free(), Ports.free(), bad, Ports.free(), Ports.free())
                    .iterator();
            try (var kafka = EmbeddedKafka.start(directory, 0, Map.of(), () -> {}, ports::next)) {
                var topic = new TestTopic(kafka.bootstrapServers(), "stories").create();
                topic.write("here after all");

                assertThat(topic.readAll()).containsExactly("here after all");
            }
            assertThat(ports).isExhausted();
        }
    }

    @Test
    void aFaultOfTheDirectoryIsNamedAtOnce() throws Exception {
        EmbeddedKafka.start(directory, 0, Map.of()).close();
        var state = directory.resolve("log/__cluster_metadata-0/quorum-state");
        Files.writeString(state, "no JSON");
        var ports = new AtomicInteger();

        assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0, Map.of(), () -> {}, () -> {
                    ports.incrementAndGet();
                    return Ports.free();
                }))
                .isInstanceOf(EmbeddedException.class)
                .hasMessageContaining("did not start in " + directory)
                .hasMessageContaining("Error while reading the Quorum status from the file " + state);
        assertThat(ports).as("the ports of one attempt").hasValue(2);
    }

    @Test
    void anOverrideReplacesASetting() throws Exception {
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of("auto.create.topics.enable", "true"))) {
            var topic = new TestTopic(kafka.bootstrapServers(), "by-writing");
            topic.write("made");

            assertThat(topic.readAll()).containsExactly("made");
        }
    }

    @Test
    void writingCreatesNoTopic() {
        try (var kafka = EmbeddedKafka.temporary()) {
            var topic = new TestTopic(kafka.bootstrapServers(), "never-made");

            assertThatThrownBy(() -> topic.writeWithin(Duration.ofSeconds(1), "lost"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void closingTwiceDoesNothingMore() {
        var kafka = EmbeddedKafka.start(directory, 0, Map.of());
        kafka.close();
        kafka.close();
    }
}
