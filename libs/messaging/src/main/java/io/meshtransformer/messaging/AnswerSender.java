package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends events back to requesters: those of one call travel as one record. */
@ApplicationScoped
public class AnswerSender {
    private final MessageSender sender;

    public AnswerSender(MessageSender sender) {
        this.sender = sender;
    }

    /**
     * Sends events to one address, in their order and after those of earlier calls; several records where they are too
     * large for one. An event that is too large for any record becomes a failure of its request.
     *
     * @return done when the broker has them all
     */
    public CompletionStage<Void> send(ReplyAddress address, List<AnswerEvent> events) {
        requireNonNull(address, "address is null");
        if (events.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        var json = MessageCodec.write(new AnswerBatch(events));
        if (json.length > MessageSender.LARGEST_MESSAGE_BYTES) {
            return smaller(
                    address, events, json.length + " bytes, the largest has " + MessageSender.LARGEST_MESSAGE_BYTES);
        }
        return send(address, events, json).exceptionallyComposeAsync(failure -> MessageTooLargeException.in(failure)
                .map(_ -> smaller(
                        address, events, json.length + " bytes, more than 'max.message.bytes' of " + address.topic()))
                .orElseGet(() -> CompletableFuture.failedStage(failure)));
    }

    /** Never leaves a requester waiting for an event that can't be sent. */
    private CompletionStage<Void> smaller(ReplyAddress address, List<AnswerEvent> events, String size) {
        if (events.size() > 1) {
            int half = events.size() / 2;
            var first = send(address, events.subList(0, half));
            var second = send(address, events.subList(half, events.size()));
            return first.thenCombine(second, (_, _) -> null);
        }
        var id = events.getFirst().requestId();
        var failed = new AnswerEvent.Failed(
                id,
                FailureCode.INVALID_REQUEST,
                "the answer is too large for a record: it has " + size + "; ask for less at once",
                null);
        return send(address, List.of(failed), MessageCodec.write(new AnswerBatch(List.of(failed))));
    }

    /** Sends one event. */
    public CompletionStage<Void> send(ReplyAddress address, AnswerEvent event) {
        return send(address, List.of(event));
    }

    private CompletionStage<Void> send(ReplyAddress address, List<AnswerEvent> events, byte[] json) {
        var first = events.getFirst().requestId();
        boolean ofOneRequest =
                events.stream().allMatch(event -> event.requestId().equals(first));
        var record = new ProducerRecord<>(address.topic(), address.partition(), ofOneRequest ? first : null, json);
        sender.describe(
                record.headers(),
                Topics.ANSWERS.eventType(),
                ofOneRequest ? first : UUID.randomUUID().toString());
        return sender.send(record);
    }
}
