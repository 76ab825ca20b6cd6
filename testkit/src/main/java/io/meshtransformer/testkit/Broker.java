package io.meshtransformer.testkit;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A broker as any Kafka client sees it. Nothing here waits longer than {@link Patience#LONG}: then it throws an
 * {@link AssertionError} that says for what it waited.
 *
 * @param bootstrapServers where clients connect
 */
public record Broker(String bootstrapServers) {
    public Broker {
        requireNonNull(bootstrapServers, "bootstrapServers is null");
    }

    public void createTopic(String name, int partitions) {
        try (var admin = admin()) {
            var topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
            await(admin.createTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture(), "topic " + name);
        }
    }

    /** A topic of one partition whose records have so many bytes at most. */
    public void createNarrowTopic(String name, int bytes) {
        try (var admin = admin()) {
            var topic = new NewTopic(name, Optional.of(1), Optional.empty())
                    .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(bytes)));
            await(admin.createTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture(), "topic " + name);
        }
    }

    /** The topic takes records of so many bytes at most, soon after this call. */
    public void takesAtMost(String topic, int bytes) {
        try (var admin = admin()) {
            var limit = new AlterConfigOp(
                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(bytes)),
                    AlterConfigOp.OpType.SET);
            var altered = admin.incrementalAlterConfigs(
                    Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(limit)));
            await(altered.all().toCompletionStage().toCompletableFuture(), "the limit of topic " + topic);
        }
    }

    /** Writes one record and waits until the broker has it; the partition follows from the key. */
    public RecordMetadata write(String topic, String key, byte[] value, Map<String, String> headers) {
        return write(new ProducerRecord<>(topic, key, value), headers);
    }

    /** Writes one record to a partition of choice and waits until the broker has it. */
    public RecordMetadata write(TopicPartition partition, String key, byte[] value, Map<String, String> headers) {
        return write(new ProducerRecord<>(partition.topic(), partition.partition(), key, value), headers);
    }

    /** Writes records by their keys, all at once, and waits until the broker has them. */
    public void write(String topic, Map<String, byte[]> values, Map<String, String> headers) {
        try (var producer = producer()) {
            var written = values.entrySet().stream()
                    .map(entry -> withHeaders(new ProducerRecord<>(topic, entry.getKey(), entry.getValue()), headers))
                    .map(producer::send)
                    .toList();
            written.forEach(future -> await(future, "a record written to " + topic));
        }
    }

    private RecordMetadata write(ProducerRecord<String, byte[]> record, Map<String, String> headers) {
        try (var producer = producer()) {
            return await(producer.send(withHeaders(record, headers)), "a record written to " + record.topic());
        }
    }

    private static ProducerRecord<String, byte[]> withHeaders(
            ProducerRecord<String, byte[]> record, Map<String, String> headers) {
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private KafkaProducer<String, byte[]> producer() {
        var settings = Map.<String, Object>of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.MAX_VALUE / 2,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                Patience.SECONDS * 1000);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** The records of a topic from its beginning on. */
    public TopicReader read(String topic) {
        return TopicReader.fromBeginning(bootstrapServers, topic);
    }

    /** The records of a topic that are written after this call. */
    public TopicReader readNew(String topic) {
        return TopicReader.fromEnd(bootstrapServers, topic);
    }

    /** The offset that a consumer group goes on from, or empty where it never committed one. */
    public Optional<Long> committed(String group, TopicPartition partition) {
        try (var admin = admin()) {
            var offsets = await(
                    admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .toCompletionStage()
                            .toCompletableFuture(),
                    "the offsets of group " + group);
            return Optional.ofNullable(offsets.get(partition)).map(offset -> offset.offset());
        }
    }

    /** For whatever else a test asks of the broker; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    private static <T> T await(Future<T> future, String what) {
        try {
            return future.get(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(what + ": not within " + Patience.SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(what + ": interrupted", e);
        }
    }
}
