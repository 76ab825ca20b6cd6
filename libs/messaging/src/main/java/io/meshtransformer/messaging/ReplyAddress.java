package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.Topics;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.utils.Utils;

/**
 * Where a requester waits for its answers.
 *
 * @param partition from 0
 */
public record ReplyAddress(String topic, int partition) {
    public ReplyAddress {
        requireNonNull(topic, "topic is null");
        if (partition < 0) {
            throw new IllegalArgumentException("partition is " + partition + ", it must be at least 0");
        }
    }

    /**
     * The address that a record's headers name: {@link Topics#ANSWERS} where they name no topic, the hash of the
     * request id where they name no partition.
     *
     * @param partitionsOf number of partitions of a topic; 0 for one that is not there
     * @throws UnusableReplyAddressException if there is no such place
     */
    static ReplyAddress of(
            org.apache.kafka.common.header.Headers headers, String requestId, ToIntFunction<String> partitionsOf)
            throws UnusableReplyAddressException {
        var namedTopic = text(headers, Headers.REPLY_TOPIC);
        var topic = namedTopic == null ? Topics.ANSWERS.name() : namedTopic;
        int partitions = partitionsOf.applyAsInt(topic);
        if (partitions == 0) {
            throw new UnusableReplyAddressException(
                    "the header '" + Headers.REPLY_TOPIC + "' names the topic '" + topic + "', which does not exist");
        }
        var namedPartition = text(headers, Headers.REPLY_PARTITION);
        if (namedPartition == null) {
            return new ReplyAddress(topic, partitionOf(requestId, partitions));
        }
        if (!namedPartition.matches("\\d{1,9}") || Integer.parseInt(namedPartition) >= partitions) {
            throw new UnusableReplyAddressException("the header '" + Headers.REPLY_PARTITION + "' is '"
                    + namedPartition + "', it must be from 0 to " + (partitions - 1) + " for the topic '" + topic
                    + "'");
        }
        return new ReplyAddress(topic, Integer.parseInt(namedPartition));
    }

    /** As Kafka's own clients place a key. */
    private static int partitionOf(String requestId, int partitions) {
        return Utils.toPositive(Utils.murmur2(requestId.getBytes(UTF_8))) % partitions;
    }

    private static String text(org.apache.kafka.common.header.Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    void writeTo(org.apache.kafka.common.header.Headers headers) {
        headers.add(Headers.REPLY_TOPIC, topic.getBytes(UTF_8));
        headers.add(Headers.REPLY_PARTITION, String.valueOf(partition).getBytes(UTF_8));
    }
}
