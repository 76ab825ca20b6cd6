package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** What happens to a record that will never be worked on: it is put aside, and its requester is told. */
@ApplicationScoped
public class Refusals {
    private static final Logger LOG = Logger.getLogger(Refusals.class);

    private final ReplyTopics replyTopics;
    private final DeadLetters deadLetters;
    private final AnswerSender answers;

    public Refusals(ReplyTopics replyTopics, DeadLetters deadLetters, AnswerSender answers) {
        this.replyTopics = replyTopics;
        this.deadLetters = deadLetters;
        this.answers = answers;
    }

    /**
     * Puts the record aside and tells whoever asked, where the record's key and headers say who that is.
     *
     * @param reason kept with the dead letter
     * @param message for the requester
     * @return done when both are written; only then may the record be acknowledged
     */
    CompletionStage<Void> refuse(
            ConsumerRecord<String, byte[]> record, String reason, FailureCode code, String message) {
        return refuse(record, reason, new AnswerEvent.Failed(requestId(record), code, message, null));
    }

    /** The same with an answer that tells more; an empty request id in it: nobody can be told. */
    CompletionStage<Void> refuse(ConsumerRecord<String, byte[]> record, String reason, AnswerEvent.Failed answer) {
        LOG.warnf("%s is refused: %s", place(record), reason);
        // Not on the producer's own thread, which would wait for itself to find a reply topic it has not met yet.
        return deadLetters
                .add(record, reason)
                .thenComposeAsync(_ -> tellRequester(record, answer))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.errorf(failure, "%s was not refused, and will come again after a restart", place(record));
                    }
                });
    }

    private CompletionStage<Void> tellRequester(ConsumerRecord<String, byte[]> record, AnswerEvent.Failed answer) {
        if (answer.requestId().isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        try {
            var replyTo = ReplyAddress.of(record.headers(), answer.requestId(), replyTopics::partitions);
            return answers.send(replyTo, answer);
        } catch (UnusableReplyAddressException e) {
            // Nobody can be told; the dead letter and the log have it.
            return CompletableFuture.completedStage(null);
        }
    }

    /** As far as the record tells without its value: the key, else the header; empty where it has neither. */
    static String requestId(ConsumerRecord<String, byte[]> record) {
        if (record.key() != null) {
            return record.key();
        }
        var header = record.headers().lastHeader(Headers.ID);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    static String place(ConsumerRecord<?, ?> record) {
        return "the record at offset " + record.offset() + " of " + record.topic() + "-" + record.partition();
    }
}
