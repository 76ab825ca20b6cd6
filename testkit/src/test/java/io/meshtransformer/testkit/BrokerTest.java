package io.meshtransformer.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class BrokerTest {
    @Test
    void aRecordIsReadWithItsKeyAndHeaders(Broker broker) {
        broker.createTopic("with-headers", 3);
        broker.write("with-headers", "cmpl-1", "{}".getBytes(UTF_8), Map.of("ce_id", "cmpl-1"));

        try (var reader = broker.read("with-headers")) {
            var record = reader.next(1).getFirst();
            assertThat(record.key()).isEqualTo("cmpl-1");
            assertThat(record.value()).isEqualTo("{}".getBytes(UTF_8));
            assertThat(record.headers().lastHeader("ce_id").value()).isEqualTo("cmpl-1".getBytes(UTF_8));
        }
    }

    @Test
    void aReaderOfNewRecordsSkipsTheOldOnes(Broker broker) {
        broker.createTopic("old-and-new", 1);
        broker.write("old-and-new", "old", new byte[0], Map.of());
        try (var reader = broker.readNew("old-and-new")) {
            broker.write("old-and-new", "new", new byte[0], Map.of());

            assertThat(reader.next(1).getFirst().key()).isEqualTo("new");
        }
    }

    @Test
    void aPartitionOfChoiceIsWrittenTo(Broker broker) {
        broker.createTopic("many-partitions", 5);
        var written = broker.write(new TopicPartition("many-partitions", 3), null, new byte[] {1}, Map.of());

        assertThat(written.partition()).isEqualTo(3);
    }

    @Test
    void creatingATopicTwiceFailsByItsName(Broker broker) {
        broker.createTopic("twice", 1);

        assertThatThrownBy(() -> broker.createTopic("twice", 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("topic twice");
    }

    @Test
    void aGroupThatNeverCommittedHasNoOffset(Broker broker) {
        broker.createTopic("uncommitted", 1);

        assertThat(broker.committed("nobody", new TopicPartition("uncommitted", 0)))
                .isEmpty();
    }
}
