package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Makes requests from the records of a channel. One that is none is put aside in {@code NAME.dlq}, its requester is told
 * where that is possible, and the channel goes on.
 */
@ApplicationScoped
public class RequestReader {
    private static final Logger LOG = Logger.getLogger(RequestReader.class);

    private final ReplyTopics replyTopics;
    private final DeadLetters deadLetters;
    private final AnswerSender answers;

    public RequestReader(ReplyTopics replyTopics, DeadLetters deadLetters, AnswerSender answers) {
        this.replyTopics = replyTopics;
        this.deadLetters = deadLetters;
        this.answers = answers;
    }

    /**
     * The request that the record holds, or empty where it holds none; that case is then taken care of.
     *
     * @param message of a channel with manual acknowledgement
     * @param topic whose records these are
     */
    public <T> Optional<IncomingRequest<T>> read(Message<byte[]> message, TopicDefinition topic, Class<T> type) {
        var record = record(message);
        try {
            requireVersion(record, topic);
            var request = MessageCodec.read(record.value(), type);
            var replyTo = ReplyAddress.of(record.headers(), requestId(record), replyTopics::partitions);
            return Optional.of(new IncomingRequest<>(request, replyTo, () -> acknowledge(message, record)));
        } catch (MalformedMessageException | UnknownVersionException | UnusableReplyAddressException e) {
            LOG.warnf("%s is no request: %s", place(record), e.getMessage());
            refuse(record, e.getMessage()).thenRun(() -> acknowledge(message, record));
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecord<String, byte[]> record(Message<byte[]> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow(() -> new IllegalArgumentException("the message comes from no Kafka channel"))
                .getRecord();
    }

    /** As far as the record tells without its value: the key, else the header; empty where it has neither. */
    private static String requestId(ConsumerRecord<String, byte[]> record) {
        if (record.key() != null) {
            return record.key();
        }
        var header = record.headers().lastHeader(Headers.ID);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    private static void requireVersion(ConsumerRecord<String, byte[]> record, TopicDefinition topic)
            throws UnknownVersionException {
        var header = record.headers().lastHeader(Headers.TYPE);
        if (header == null || header.value() == null) {
            return;
        }
        var type = new String(header.value(), UTF_8);
        if (!type.equals(topic.eventType())) {
            throw new UnknownVersionException("the header '" + Headers.TYPE + "' is '" + type
                    + "', this service reads '" + topic.eventType() + "'");
        }
    }

    /** The record stays unacknowledged, and comes again after a restart, if it can't even be put aside. */
    private CompletionStage<Void> refuse(ConsumerRecord<String, byte[]> record, String reason) {
        return deadLetters.add(record, reason).thenCompose(_ -> tellRequester(record, reason));
    }

    private CompletionStage<Void> tellRequester(ConsumerRecord<String, byte[]> record, String reason) {
        var requestId = requestId(record);
        if (requestId.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        try {
            var replyTo = ReplyAddress.of(record.headers(), requestId, replyTopics::partitions);
            return answers.send(replyTo, new AnswerEvent.Failed(requestId, FailureCode.INVALID_REQUEST, reason, null));
        } catch (UnusableReplyAddressException e) {
            // Nobody can be told; the dead letter and the log have it.
            return CompletableFuture.completedStage(null);
        }
    }

    private static void acknowledge(Message<byte[]> message, ConsumerRecord<String, byte[]> record) {
        message.ack().whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.errorf(failure, "%s was worked on but not acknowledged, and will come again", place(record));
            }
        });
    }

    private static String place(ConsumerRecord<String, byte[]> record) {
        return "the record at offset " + record.offset() + " of " + record.topic() + "-" + record.partition();
    }

    /** Told apart from malformed messages: a newer sender is not at fault. */
    private static final class UnknownVersionException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownVersionException(String message) {
            super(message);
        }
    }
}
