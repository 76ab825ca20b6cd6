package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;

import io.meshtransformer.testkit.Broker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A group's first member, which assigns the partitions, and does so when a test lets it: until then the group is between
 * two assignments, and no member may commit. It reads a topic of its own.
 */
final class SlowLeader implements AutoCloseable {
    private static volatile CountDownLatch reached = new CountDownLatch(0);
    private static volatile CountDownLatch released = new CountDownLatch(0);

    private final Map<String, Object> settings;
    private final String topic;
    private final CountDownLatch joined = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean again;
    private volatile boolean over;

    /** Returns when it has its partitions. */
    SlowLeader(Broker broker, String group, String topic) throws InterruptedException {
        settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                group,
                "enable.auto.commit",
                false,
                "partition.assignment.strategy",
                Assignor.class.getName());
        this.topic = topic;
        thread = Thread.ofPlatform().start(this::lead);
        joined.await();
    }

    /** Takes the group out of its assignment; returns when every member waits for the next one. */
    void holdUp() {
        released = new CountDownLatch(1);
        reached = new CountDownLatch(1);
        again = true;
        await().until(() -> reached.getCount() == 0);
    }

    void goOn() {
        released.countDown();
    }

    private void lead() {
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!over) {
                consumer.poll(Duration.ofMillis(50));
                if (!consumer.assignment().isEmpty()) {
                    joined.countDown();
                }
                if (again) {
                    again = false;
                    consumer.enforceRebalance();
                }
            }
        }
    }

    @Override
    public void close() {
        over = true;
        goOn();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Assigns as the suite does. */
    public static final class Assignor extends CooperativeStickyAssignor {
        @Override
        public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
            reached.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the assignment was interrupted", e);
            }
            return super.assign(metadata, subscriptions);
        }
    }
}
