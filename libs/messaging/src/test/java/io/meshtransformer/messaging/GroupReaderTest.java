package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class GroupReaderTest {
    private static final int AT_ONCE = 4;

    private final String group = "group-" + UUID.randomUUID();
    private final TopicDefinition topic =
            new TopicDefinition("group-reader-" + UUID.randomUUID(), 2, Duration.ofHours(1));
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private Broker broker;

    @BeforeEach
    void makeTopic(Broker broker) {
        this.broker = broker;
        broker.createTopic(topic.name(), topic.partitions());
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (var member : members) {
            member.stop();
        }
    }

    /** A reader on a thread of its own, and what it took. */
    private final class Member {
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private final Map<String, Runnable> open = new ConcurrentHashMap<>();
        private final GroupReader reader;
        private final Thread thread;

        Member(String name) {
            var settings = new KafkaSettings(Map.of("bootstrap.servers", broker.bootstrapServers()));
            var instance = new InstanceName(Optional.of(name), "test");
            reader = new GroupReaders(settings, instance).reader(topic, group, AT_ONCE, (record, done) -> {
                if (record.key().equals("broken")) {
                    throw new IllegalStateException("as the test has it");
                }
                open.put(record.key(), done);
                taken.add(record.key());
            });
            thread = Thread.ofPlatform().start(reader);
            members.add(this);
        }

        void finish(String... keys) {
            for (var key : keys) {
                open.remove(key).run();
            }
        }

        void awaitTaken(String... keys) {
            await().untilAsserted(() -> assertThat(taken).containsExactlyInAnyOrder(keys));
        }

        void stop() throws InterruptedException {
            reader.stop();
            thread.join();
        }
    }

    @Test
    void asManyRecordsAreTakenAsWereAskedFor() throws InterruptedException {
        var member = new Member("a");
        write(0, "0", "1", "2", "3", "4", "5", "6");
        member.reader.request(2);
        member.awaitTaken("0", "1");
        member.reader.request(3);
        member.awaitTaken("0", "1", "2", "3", "4");
        member.stop();

        assertThat(member.taken).hasSize(5);
        assertThat(member.reader.failure()).isNull();
    }

    @Test
    void whatIsDoneWithoutAGapIsCommittedAndTheRestComesAgainToAnother() throws InterruptedException {
        var first = new Member("a");
        first.reader.request(Long.MAX_VALUE);
        write(0, "0", "1", "2", "3");
        write(1, "4", "5");
        first.awaitTaken("0", "1", "2", "3", "4", "5");
        first.finish("0", "1", "3");
        await().untilAsserted(() -> assertThat(broker.committed(group, new TopicPartition(topic.name(), 0)))
                .contains(2L));
        // Committed as the reader ends.
        first.finish("4", "5");
        first.stop();

        var second = new Member("a");
        second.reader.request(Long.MAX_VALUE);
        second.awaitTaken("2", "3");
    }

    @Test
    void aSecondMemberTakesItsPartOfThePartitionsAndNothingIsTakenTwiceThatWasDone() {
        var first = new Member("a");
        first.reader.request(Long.MAX_VALUE);
        write(0, "0");
        write(1, "1");
        first.awaitTaken("0", "1");
        first.finish("0", "1");

        var second = new Member("b");
        second.reader.request(Long.MAX_VALUE);
        var keys = IntStream.range(10, 40).mapToObj(Integer::toString).toArray(String[]::new);
        await().until(() -> {
            write(0, keys);
            write(1, keys);
            return !second.taken.isEmpty();
        });

        assertThat(second.taken).doesNotContain("0", "1");
    }

    @Test
    void whatTheBrokerDoesNotCommitBetweenTwoAssignmentsItCommitsAfterwards() throws InterruptedException {
        var other = topic.name() + "-other";
        broker.createTopic(other, 1);
        var partition = new TopicPartition(topic.name(), 0);
        try (var leader = new SlowLeader(broker, group, other)) {
            var member = new Member("a");
            member.reader.request(Long.MAX_VALUE);
            write(0, "0");
            member.awaitTaken("0");

            leader.holdUp();
            member.finish("0");
            // Long enough for a commit to be tried, and refused.
            Thread.sleep(OpenPartitions.COMMIT_EVERY.multipliedBy(3));
            assertThat(broker.committed(group, partition)).isEmpty();

            leader.goOn();
            await().untilAsserted(
                            () -> assertThat(broker.committed(group, partition)).contains(1L));
        }
    }

    @Test
    void whatItsOwnerCannotTakeEndsTheReadingAndIsNotCommitted() {
        var member = new Member("a");
        member.reader.request(Long.MAX_VALUE);
        write(0, "0", "broken", "1");
        await().until(() -> member.reader.failure() != null);

        assertThat(member.taken).containsExactly("0");
        assertThat(member.reader.failure()).hasMessageContaining("offset 1 of " + topic.name() + "-0");
        assertThat(broker.committed(group, new TopicPartition(topic.name(), 0))).isEmpty();
    }

    private void write(int partition, String... keys) {
        for (var key : keys) {
            broker.write(new TopicPartition(topic.name(), partition), key, key.getBytes(UTF_8), Map.of());
        }
    }
}
