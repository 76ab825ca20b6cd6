package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a channel commits while its group changes. Another member leads the group, and assigns when the test lets it. */
@QuarkusTest
@WithTestResource(SuiteResource.class)
class CommitHandlerTest {
    private static final String GROUP = "late";
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TRAINING_COMMANDS.name(), 0);

    @InjectBroker
    Broker broker;

    @Inject
    @Channel("late")
    Multi<Message<byte[]>> channel;

    private final List<Message<byte[]>> taken = new CopyOnWriteArrayList<>();
    private final CountDownLatch joined = new CountDownLatch(1);
    private volatile boolean again;
    private volatile boolean over;
    private Thread leader;

    @BeforeEach
    void leadTheGroup() throws InterruptedException {
        leader = Thread.ofPlatform().start(this::lead);
        joined.await();
    }

    @AfterEach
    void stop() throws InterruptedException {
        over = true;
        SlowAssignor.release();
        leader.join();
    }

    @Test
    void whatTheBrokerDoesNotCommitBetweenTwoAssignmentsItCommitsAfterwards() throws InterruptedException {
        channel.subscribe().with(taken::add);
        var offset = broker.write(PARTITION, "a", "b".getBytes(UTF_8), Map.of()).offset();
        await().until(() -> !taken.isEmpty());

        SlowAssignor.hold();
        again = true;
        await().until(SlowAssignor::isReached);
        taken.getFirst().ack().toCompletableFuture().join();
        // Long enough for a commit to be tried, and refused.
        Thread.sleep(OpenPartitions.COMMIT_EVERY.multipliedBy(3));
        assertThat(broker.committed(GROUP, PARTITION)).isEmpty();

        SlowAssignor.release();
        await().untilAsserted(
                        () -> assertThat(broker.committed(GROUP, PARTITION)).contains(offset + 1));
    }

    /** Reads something else. */
    private void lead() {
        var settings = Map.<String, Object>of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                GROUP,
                "enable.auto.commit",
                false,
                "partition.assignment.strategy",
                SlowAssignor.class.getName());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.TRAINING_EVENTS.name()));
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
}
