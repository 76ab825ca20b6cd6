package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts records aside that nobody can work on: unchanged, with headers that say why and where they stood. One that is larger
 * than {@link Topics#MAX_MESSAGE_BYTES} leaves its value where it stood.
 */
@ApplicationScoped
public class DeadLetters {
    /** Of the topic's name, see {@link io.meshtransformer.contracts.Topics.TopicDefinition#deadLetters()}. */
    static final String SUFFIX = ".dlq";

    private static final int LONGEST_REASON = 1_000;

    private final MessageSender sender;

    public DeadLetters(MessageSender sender) {
        this.sender = sender;
    }

    /**
     * @param reason kept with the record
     * @return done when the broker has it
     */
    public CompletionStage<Void> add(ConsumerRecord<String, byte[]> record, String reason) {
        boolean fits = record.value() == null || record.value().length <= Topics.MAX_MESSAGE_BYTES;
        var letter = new ProducerRecord<>(record.topic() + SUFFIX, record.key(), fits ? record.value() : null);
        record.headers().forEach(letter.headers()::add);
        var shortReason = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
        letter.headers().add(Headers.DEAD_LETTER_REASON, shortReason.getBytes(UTF_8));
        letter.headers().add(Headers.DEAD_LETTER_TOPIC, record.topic().getBytes(UTF_8));
        letter.headers()
                .add(
                        Headers.DEAD_LETTER_PARTITION,
                        String.valueOf(record.partition()).getBytes(UTF_8));
        letter.headers()
                .add(Headers.DEAD_LETTER_OFFSET, String.valueOf(record.offset()).getBytes(UTF_8));
        return sender.send(letter);
    }
}
