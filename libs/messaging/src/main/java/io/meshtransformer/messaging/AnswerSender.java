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
     * Sends events to one address, in their order and after those of earlier calls.
     *
     * @return done when the broker has them all
     */
    public CompletionStage<Void> send(ReplyAddress address, List<AnswerEvent> events) {
        requireNonNull(address, "address is null");
        if (events.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        var json = MessageCodec.write(new AnswerBatch(events));
        if (json.length <= MessageSender.LARGEST_MESSAGE_BYTES) {
            return send(address, events, json);
        }
        if (events.size() > 1) {
            int half = events.size() / 2;
            var first = send(address, events.subList(0, half));
            var second = send(address, events.subList(half, events.size()));
            return first.thenCombine(second, (_, _) -> null);
        }
        // Never leave a requester waiting for an event that can't be sent.
        var event = events.getFirst();
        var why = "an answer of " + json.length + " bytes is larger than the limit of "
                + MessageSender.LARGEST_MESSAGE_BYTES + "; ask for fewer tokens or log-probabilities at once";
        return send(
                address, List.of(new AnswerEvent.Failed(event.requestId(), FailureCode.INVALID_REQUEST, why, null)));
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
