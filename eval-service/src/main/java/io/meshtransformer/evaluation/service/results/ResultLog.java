package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** All that was ever answered, read again from its beginning. */
@Singleton
public final class ResultLog {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Map<String, Object> settings;

    ResultLog(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
        settings = new HashMap<>(kafka);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    }

    /** Is given some records at once, of a partition in their order. */
    @FunctionalInterface
    public interface Reader {
        void take(List<EvaluationResult> results);
    }

    /**
     * Reads to where the log ends now.
     *
     * @return number of records
     */
    public long read(Reader reader) {
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(Topics.EVALUATION_RESULTS.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = new HashMap<>(consumer.endOffsets(partitions));
            var records = 0L;
            while (true) {
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    return records;
                }
                var results = new ArrayList<EvaluationResult>();
                for (var record : consumer.poll(POLL)) {
                    records++;
                    read(record.value(), results);
                }
                reader.take(results);
            }
        }
    }

    /** What is no result was put aside when it came first. */
    private static void read(byte[] json, List<EvaluationResult> results) {
        try {
            results.add(MessageCodec.read(json, EvaluationResult.class));
        } catch (MalformedMessageException _) {
            // See above.
        }
    }
}
