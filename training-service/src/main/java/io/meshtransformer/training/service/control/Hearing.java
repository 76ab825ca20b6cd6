package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Since when workers could have been heard, and until where they were: while the broker is away, all are silent and none is dead. */
@Singleton
public final class Hearing {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 2_000;

    private final Admin admin;
    private final String group;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Instant since;

    /** A place in the log of events, for each partition the offset behind the last event. */
    record Place(Map<TopicPartition, Long> offsets) {}

    Hearing(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "mp.messaging.incoming.training-events.group.id") String group,
            InstantSource clock) {
        var settings = new HashMap<>(kafka);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        this.admin = Admin.create(settings);
        this.group = group;
        this.clock = clock;
        this.since = clock.instant();
    }

    Instant since() {
        return since;
    }

    /** Where the log ends now; empty while the broker is away. */
    Optional<Place> end() throws InterruptedException {
        var latest = IntStream.range(0, Topics.TRAINING_EVENTS.partitions())
                .mapToObj(partition -> new TopicPartition(Topics.TRAINING_EVENTS.name(), partition))
                .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        try {
            var offsets = new HashMap<TopicPartition, Long>();
            admin.listOffsets(latest).all().get().forEach((partition, end) -> offsets.put(partition, end.offset()));
            return Optional.of(new Place(offsets));
        } catch (ExecutionException _) {
            return Optional.empty();
        }
    }

    /** Whether everything before that place was taken in. */
    boolean heardUntil(Place place) throws InterruptedException {
        try {
            var committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return place.offsets().entrySet().stream()
                    .allMatch(end -> end.getValue() == 0
                            || (committed.get(end.getKey()) != null
                                    && committed.get(end.getKey()).offset() >= end.getValue()));
        } catch (ExecutionException _) {
            return false;
        }
    }

    /** Until it is stopped. */
    void run() {
        try {
            do {
                if (end().isEmpty()) {
                    since = clock.instant();
                }
            } while (!stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopping.countDown();
    }

    @PreDestroy
    void close() {
        stop();
        admin.close(Duration.ofMillis(PATIENCE_MILLIS));
    }
}
