package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Settings of this library's own Kafka clients: all {@code kafka.*} properties of the service, and what must hold. */
@ApplicationScoped
public class KafkaSettings {
    /** Room in a record of {@link Topics#MAX_MESSAGE_BYTES} for its key, its headers and Kafka's own framing. */
    static final int FRAMING_BYTES = 16 * 1024;
    /** A dead letter is the record itself and a few more headers. */
    static final int LARGEST_DEAD_LETTER_BYTES = Topics.MAX_MESSAGE_BYTES + 4 * FRAMING_BYTES;

    private static final int BULK_LINGER_MILLIS = 5;

    private final Map<String, Object> common;

    public KafkaSettings(@Identifier("default-kafka-broker") Map<String, Object> common) {
        this.common = requireNonNull(common, "common is null");
    }

    /** For messages, that is where an error in the address shows. */
    String bootstrapServers() {
        return String.valueOf(common.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    Map<String, Object> producer() {
        var settings = known(ProducerConfig.configNames());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // With several, the second batch for a partition may be taken while the first has to be sent again; a partition
        // that knows nothing of this producer yet takes it, and then refuses the first for ever as out of order.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_DEAD_LETTER_BYTES);
        // Whoever sends waits this long at most, for room or for a topic's place; then the send fails.
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        // While all brokers are away, what is known of the topics is kept: then records queue up, and callers don't
        // wait.
        settings.putIfAbsent(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        settings.putIfAbsent(
                ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis());
        return settings;
    }

    /** The same for records that may wait a little: those of the same moment travel in one request. */
    Map<String, Object> bulkProducer() {
        var settings = producer();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, BULK_LINGER_MILLIS);
        return settings;
    }

    /** A reader without a group: it commits nothing and is told its partitions and offsets. */
    Map<String, Object> reader() {
        var settings = known(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        // A larger record still comes, alone.
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
        return settings;
    }

    /**
     * A member of a consumer group, as the channels are (README.md).
     *
     * @param name a lasting one
     * @param atOnce records of one poll
     */
    public Map<String, Object> member(String group, Optional<String> name, int atOnce) {
        var settings = known(ConsumerConfig.configNames());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        name.ifPresent(member -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        settings.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, atOnce);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
        return settings;
    }

    Map<String, Object> admin() {
        return known(AdminClientConfig.configNames());
    }

    /** A client warns of settings that are not its own. */
    private Map<String, Object> known(Set<String> names) {
        var settings = new HashMap<>(common);
        settings.keySet().retainAll(names);
        return settings;
    }
}
