package io.meshtransformer.benchmarks.streaming;

import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What Kafka and the gateway add to a token: from the {@code ce_time} of the answer record that carried it, written by
 * the worker before sending, to its arrival at the client. All on one machine, so on one clock.
 *
 * <p>An event id begins {@code <partition>.<startOffset>.<offset>.}: the record is read again from there.
 */
final class AddedLatency {
    private AddedLatency() {}

    private record Place(int partition, long offset) {
        static Place of(String eventId) {
            var parts = eventId.split("\\.", 5);
            if (parts.length < 5) {
                throw new IllegalArgumentException("'" + eventId + "' is no event id of this gateway");
            }
            return new Place(Integer.parseInt(parts[0]), Long.parseLong(parts[2]));
        }
    }

    static Percentiles measure(String bootstrapServers, List<CompletionClient.Stream> streams) {
        var sent = sendTimes(bootstrapServers, streams);
        var added = new Percentiles();
        for (var stream : streams) {
            for (var arrival : stream.arrivals()) {
                added.add(arrival.epochMicros() - sent.get(Place.of(arrival.id())));
            }
        }
        return added;
    }

    private static Map<Place, Long> sendTimes(String bootstrapServers, List<CompletionClient.Stream> streams) {
        var first = new HashMap<TopicPartition, Long>();
        var last = new HashMap<TopicPartition, Long>();
        for (var stream : streams) {
            for (var arrival : stream.arrivals()) {
                var place = Place.of(arrival.id());
                var partition = new TopicPartition(Topics.ANSWERS.name(), place.partition());
                first.merge(partition, place.offset(), Math::min);
                last.merge(partition, place.offset(), Math::max);
            }
        }
        var times = new HashMap<Place, Long>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (var entry : first.entrySet()) {
                var partition = entry.getKey();
                consumer.assign(List.of(partition));
                consumer.seek(partition, entry.getValue());
                while (consumer.position(partition) <= last.get(partition)) {
                    for (var record : consumer.poll(Duration.ofSeconds(1))) {
                        var time = new String(
                                record.headers().lastHeader(Headers.TIME).value(), StandardCharsets.UTF_8);
                        times.put(
                                new Place(record.partition(), record.offset()),
                                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time)));
                    }
                }
            }
        }
        return times;
    }
}
