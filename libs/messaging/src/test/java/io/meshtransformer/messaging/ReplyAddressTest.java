package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.Headers;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyAddressTest {
    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void whatIsWrittenIsRead() throws Exception {
        new ReplyAddress("evaluation.answers", 2).writeTo(headers);

        assertThat(ReplyAddress.of(headers, "r", _ -> 4)).isEqualTo(new ReplyAddress("evaluation.answers", 2));
    }

    @Test
    void withoutHeadersTheIdDecidesAsAnyKafkaClientWouldPlaceIt() throws Exception {
        for (int i = 0; i < 100; i++) {
            var id = "cmpl-" + i;
            assertThat(ReplyAddress.of(headers, id, _ -> 16))
                    .isEqualTo(new ReplyAddress(
                            "inference.answers", BuiltInPartitioner.partitionForKey(id.getBytes(UTF_8), 16)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "16", "1.0", "one", "99999999999999999999", "٣"})
    void aPartitionThatIsNoneIsNamed(String partition) {
        headers.add(Headers.REPLY_PARTITION, partition.getBytes(UTF_8));

        assertThatThrownBy(() -> ReplyAddress.of(headers, "r", _ -> 16))
                .isInstanceOf(UnusableReplyAddressException.class)
                .hasMessageContaining("'" + partition + "'")
                .hasMessageContaining("from 0 to 15");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() {
        headers.add(Headers.REPLY_TOPIC, "nowhere".getBytes(UTF_8));

        assertThatThrownBy(() -> ReplyAddress.of(headers, "r", _ -> 0)).hasMessageContaining("'nowhere'");
    }

    @Test
    void aHeaderWithoutAValueCountsAsAbsent() throws Exception {
        headers.add(Headers.REPLY_TOPIC, null).add(Headers.REPLY_PARTITION, null);

        assertThat(ReplyAddress.of(headers, "r", _ -> 1)).isEqualTo(new ReplyAddress("inference.answers", 0));
    }

    @Test
    void aNegativePartitionIsNoAddress() {
        assertThatThrownBy(() -> new ReplyAddress("inference.answers", -1))
                .hasMessage("partition is -1, it must be at least 0");
    }
}
