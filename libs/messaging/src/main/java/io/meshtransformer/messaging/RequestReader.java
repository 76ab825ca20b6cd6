package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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
    private final Refusals refusals;

    public RequestReader(ReplyTopics replyTopics, Refusals refusals) {
        this.replyTopics = replyTopics;
        this.refusals = refusals;
    }

    /**
     * Gives the record's request, if it holds one, to the service: all that a channel's method has to do. What the
     * service throws refuses the request; from a channel's method itself it would end the channel.
     *
     * @param message of a channel with manual acknowledgement
     * @param topic whose records these are
     * @param work begins to work on the request, and returns before that is done
     */
    public <T> CompletionStage<Void> take(
            Message<byte[]> message, TopicDefinition topic, Class<T> type, Consumer<IncomingRequest<T>> work) {
        try {
            read(message, topic, type).ifPresent(work);
            return CompletableFuture.completedStage(null);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s was not taken by the service", Refusals.place(record(message)));
            return message.nack(e);
        }
    }

    /**
     * The request that the record holds, or empty where it holds none; that case is then taken care of.
     *
     * @param message of a channel with manual acknowledgement
     * @param topic whose records these are
     */
    public <T> Optional<IncomingRequest<T>> read(Message<byte[]> message, TopicDefinition topic, Class<T> type) {
        var record = record(message);
        return read(record, () -> acknowledge(message, record), topic, type);
    }

    /**
     * The request that a record holds which did not come by a channel, or empty as above.
     *
     * @param done of a {@link GroupReader}'s record
     */
    public <T> Optional<IncomingRequest<T>> read(
            ConsumerRecord<String, byte[]> record, Runnable done, TopicDefinition topic, Class<T> type) {
        try {
            requireSize(record);
            requireVersion(record, topic);
            var request = MessageCodec.read(record.value(), type);
            var replyTo = ReplyAddress.of(record.headers(), Refusals.requestId(record), replyTopics::partitions);
            return Optional.of(new IncomingRequest<>(request, replyTo, done));
        } catch (MalformedMessageException | UnusableRecordException | UnusableReplyAddressException e) {
            // If it can't even be put aside it stays unacknowledged, and comes again after a restart.
            refusals.refuse(record, e.getMessage(), FailureCode.INVALID_REQUEST, e.getMessage())
                    .thenRun(done);
            return Optional.empty();
        }
    }

    /**
     * Puts a request aside that the service read and will never carry out: in {@code NAME.dlq} with the answer's message
     * as its reason; its requester is answered.
     *
     * @param message of a channel with manual acknowledgement; it is acknowledged when both are written
     */
    public CompletionStage<Void> refuse(Message<byte[]> message, AnswerEvent.Failed answer) {
        var record = record(message);
        return refusals.refuse(record, answer.message(), answer).thenRun(() -> acknowledge(message, record));
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecord<String, byte[]> record(Message<byte[]> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow(() -> new IllegalArgumentException("the message comes from no Kafka channel"))
                .getRecord();
    }

    /** An operator may let a topic take more than this suite can answer to. */
    private static void requireSize(ConsumerRecord<String, byte[]> record) throws UnusableRecordException {
        if (record.value() != null && record.value().length > Topics.MAX_MESSAGE_BYTES) {
            throw new UnusableRecordException(
                    "the record has " + record.value().length + " bytes, the largest has " + Topics.MAX_MESSAGE_BYTES);
        }
    }

    private static void requireVersion(ConsumerRecord<String, byte[]> record, TopicDefinition topic)
            throws UnusableRecordException {
        var header = record.headers().lastHeader(Headers.TYPE);
        if (header == null || header.value() == null) {
            return;
        }
        var type = new String(header.value(), UTF_8);
        if (!type.equals(topic.eventType())) {
            throw new UnusableRecordException("the header '" + Headers.TYPE + "' is '" + type
                    + "', this service reads '" + topic.eventType() + "'");
        }
    }

    private static void acknowledge(Message<byte[]> message, ConsumerRecord<String, byte[]> record) {
        message.ack().whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.errorf(
                        failure, "%s was worked on but not acknowledged, and will come again", Refusals.place(record));
            }
        });
    }

    /** Told apart from malformed messages: what it holds is not looked at. */
    private static final class UnusableRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableRecordException(String message) {
            super(message);
        }
    }
}
