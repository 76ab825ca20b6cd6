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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** What a channel commits while its group changes; {@link RequestChannelTest} is about a group that stays as it is. */
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

    @Test
    void whatTheBrokerDoesNotCommitBetweenTwoAssignmentsItCommitsAfterwards() throws InterruptedException {
        try (var leader = new SlowLeader(broker, GROUP, Topics.TRAINING_EVENTS.name())) {
            channel.subscribe().with(taken::add);
            var offset =
                    broker.write(PARTITION, "a", "b".getBytes(UTF_8), Map.of()).offset();
            await().until(() -> !taken.isEmpty());

            leader.holdUp();
            taken.getFirst().ack().toCompletableFuture().join();
            // Long enough for a commit to be tried, and refused.
            Thread.sleep(OpenPartitions.COMMIT_EVERY.multipliedBy(3));
            assertThat(broker.committed(GROUP, PARTITION)).isEmpty();

            leader.goOn();
            await().untilAsserted(
                            () -> assertThat(broker.committed(GROUP, PARTITION)).contains(offset + 1));
        }
    }
}
