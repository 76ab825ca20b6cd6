package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.embedded.EmbeddedKafka;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SharedBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedBroker.class)
class TopicSetupTest {
    @Test
    void everyTopicIsCreatedAsTheContractsSay(Broker broker) throws Exception {
        setup(broker).createMissing(Topics.ALL);

        try (var admin = broker.admin()) {
            for (var topic : Topics.ALL) {
                var description = admin.describeTopics(List.of(topic.name()))
                        .allTopicNames()
                        .get()
                        .get(topic.name());
                assertThat(description.partitions()).as(topic.name()).hasSize(topic.partitions());
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                var config =
                        admin.describeConfigs(List.of(resource)).all().get().get(resource);
                assertThat(config.get(TopicConfig.RETENTION_MS_CONFIG).value())
                        .isEqualTo(
                                topic.kept()
                                        ? "-1"
                                        : String.valueOf(topic.retention().toMillis()));
                assertThat(Integer.parseInt(
                                config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()))
                        .isGreaterThanOrEqualTo(Topics.MAX_MESSAGE_BYTES);
            }
        }
    }

    @Test
    void whatEvaluationsAreComputedFromIsNeverDeleted(Broker broker) throws Exception {
        setup(broker).createMissing(List.of(Topics.EVALUATION_RESULTS));

        try (var admin = broker.admin()) {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, "evaluation.results");
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(config.get(TopicConfig.RETENTION_MS_CONFIG).value()).isEqualTo("-1");
            assertThat(config.get(TopicConfig.RETENTION_BYTES_CONFIG).value()).isEqualTo("-1");
        }
    }

    @Test
    void servicesThatStartTogetherDoNotDisturbEachOther(Broker broker) throws Exception {
        var topics = IntStream.range(0, 5).mapToObj(i -> topic("race-" + i, 4)).toList();
        try (var services = Executors.newFixedThreadPool(6)) {
            var starts = IntStream.range(0, 6)
                    .mapToObj(
                            _ -> CompletableFuture.runAsync(() -> setup(broker).createMissing(topics), services))
                    .toList();
            for (var start : starts) {
                assertThatCode(() -> start.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS))
                        .doesNotThrowAnyException();
            }
        }
        assertThat(partitions(broker, "race-4")).isEqualTo(4);
    }

    @Test
    void aTopicThatWasMadeTooNarrowIsWidened(Broker broker) throws Exception {
        broker.createTopic("narrow", 1);

        setup(broker).createMissing(List.of(topic("narrow", 3)));

        assertThat(partitions(broker, "narrow")).isEqualTo(3);
    }

    @Test
    void aTopicThatAnOperatorWidenedStaysAsItIs(Broker broker) throws Exception {
        broker.createTopic("wide", 5);

        setup(broker).createMissing(List.of(topic("wide", 3)));

        assertThat(partitions(broker, "wide")).isEqualTo(5);
    }

    @Test
    void withoutABrokerTheErrorNamesItsAddressAndTheProperties() throws Exception {
        var settings = new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:" + freePort()));

        assertThatThrownBy(
                        () -> Beans.topicSetup(settings, Duration.ofMillis(100)).createMissing(Topics.ALL))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining(settings.bootstrapServers())
                .hasMessageContaining("kafka.bootstrap.servers")
                .hasMessageContaining("mtj.topics.patience");
    }

    @Test
    void moreCopiesThanBrokersIsNamed(Broker broker) {
        var settings = new KafkaSettings(Map.of("bootstrap.servers", broker.bootstrapServers()));
        var setup = new TopicSetup(settings, new TopicConfiguration() {
            @Override
            public short replicationFactor() {
                return 3;
            }

            @Override
            public Duration patience() {
                return Duration.ofMillis(100);
            }
        });

        assertThatThrownBy(() -> setup.createMissing(List.of(topic("three-copies", 1))))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("replication factor");
    }

    @Test
    void aBrokerThatStartsLateIsWaitedFor(@TempDir Path directory) throws Exception {
        int port = freePort();
        var settings = new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:" + port));
        var created = CompletableFuture.runAsync(
                () -> Beans.topicSetup(settings, Patience.LONG).createMissing(Topics.ALL),
                // A thread of the common pool may have the class loader of another test's application.
                task -> Thread.ofPlatform().start(task));
        try (var kafka = EmbeddedKafka.start(directory, port, Map.of())) {
            created.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);

            assertThat(partitions(new Broker(kafka.bootstrapServers()), "prompts"))
                    .isEqualTo(Topics.PROMPTS.partitions());
        }
    }

    private static TopicSetup setup(Broker broker) {
        return Beans.topicSetup(
                new KafkaSettings(Map.of("bootstrap.servers", broker.bootstrapServers())), Patience.LONG);
    }

    private static TopicDefinition topic(String name, int partitions) {
        return new TopicDefinition(name, partitions, Duration.ofHours(1));
    }

    private static int partitions(Broker broker, String topic) throws Exception {
        try (var admin = broker.admin()) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        }
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
