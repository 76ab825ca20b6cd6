package io.meshtransformer.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all partitions of a topic on behalf of a test, without a group. For one thread. */
public final class TopicReader implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;
    private final Queue<ConsumerRecord<String, byte[]>> fetched = new ArrayDeque<>();

    private TopicReader(KafkaConsumer<String, byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    static TopicReader fromBeginning(String bootstrapServers, String topic) {
        var reader = assigned(bootstrapServers, topic);
        reader.consumer.seekToBeginning(reader.consumer.assignment());
        return reader;
    }

    static TopicReader fromEnd(String bootstrapServers, String topic) {
        var reader = assigned(bootstrapServers, topic);
        reader.consumer.seekToEnd(reader.consumer.assignment());
        // Seeking is lazy: asking for the position makes "now" mean now.
        reader.consumer.assignment().forEach(reader.consumer::position);
        return reader;
    }

    private static TopicReader assigned(String bootstrapServers, String topic) {
        var settings = Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Patience.SECONDS * 1000);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        var partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        return new TopicReader(consumer, topic);
    }

    /**
     * The next records, {@code count} of them; of one partition in their order.
     *
     * @throws AssertionError if they don't come in time
     */
    public List<ConsumerRecord<String, byte[]>> next(int count) {
        var deadline = deadline();
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        while (records.size() < count) {
            records.add(next(deadline, count + " records, " + records.size() + " of which came"));
        }
        return records;
    }

    /**
     * Every record up to the first for which {@code last} holds.
     *
     * @param what the record waited for, for the message
     * @throws AssertionError if it doesn't come in time
     */
    public List<ConsumerRecord<String, byte[]>> until(Predicate<ConsumerRecord<String, byte[]>> last, String what) {
        var deadline = deadline();
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        do {
            records.add(next(deadline, what + ", after " + records.size() + " others"));
        } while (!last.test(records.getLast()));
        return records;
    }

    private static long deadline() {
        return System.nanoTime() + Patience.LONG.toNanos();
    }

    private ConsumerRecord<String, byte[]> next(long deadline, String what) {
        while (fetched.isEmpty()) {
            var remaining = Duration.ofNanos(deadline - System.nanoTime());
            if (remaining.isNegative()) {
                throw new AssertionError("waited " + Patience.SECONDS + " s for " + what + " in the topic " + topic);
            }
            consumer.poll(remaining).forEach(fetched::add);
        }
        return fetched.remove();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
