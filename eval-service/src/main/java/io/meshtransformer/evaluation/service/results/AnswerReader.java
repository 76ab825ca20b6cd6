package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.DeadLetters;
import io.meshtransformer.messaging.GroupReader;
import io.meshtransformer.messaging.GroupReaders;
import io.meshtransformer.messaging.MessageTooLargeException;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Takes what models and training-service answer; a record is done when all its events are where they belong. */
@Singleton
public final class AnswerReader {
    private static final Logger LOG = Logger.getLogger(AnswerReader.class);
    private static final String GROUP = "eval-service";
    private static final int AT_ONCE = 500;

    private final AnswerDelivery delivery;
    private final DeadLetters deadLetters;
    private final GroupReader reader;

    AnswerReader(AnswerDelivery delivery, DeadLetters deadLetters, GroupReaders readers) {
        this.delivery = delivery;
        this.deadLetters = deadLetters;
        this.reader = readers.reader(Topics.EVALUATION_ANSWERS, GROUP, AT_ONCE, this::take);
        // There are no more than requests in flight.
        reader.request(Long.MAX_VALUE);
    }

    /** Until it is stopped. */
    public void run() {
        reader.run();
    }

    public void stop() {
        reader.stop();
    }

    /** What came is on its way then: nobody waits for the broker. */
    private void take(ConsumerRecord<String, byte[]> record, Runnable done) {
        try {
            var all = MessageCodec.read(record.value(), AnswerBatch.class).events().stream()
                    .map(event -> delivery.deliver(event).toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).whenComplete((_, failure) -> {
                if (failure == null) {
                    done.run();
                } else {
                    failed(record, done, failure);
                }
            });
        } catch (MalformedMessageException | RuntimeException e) {
            putAside(record, done, e);
        }
    }

    private void failed(ConsumerRecord<String, byte[]> record, Runnable done, Throwable failure) {
        MessageTooLargeException.in(failure)
                .ifPresentOrElse(
                        tooLarge -> putAside(record, done, tooLarge),
                        () -> LOG.error("an answer was not delivered, and will come again after a restart", failure));
    }

    private void putAside(ConsumerRecord<String, byte[]> record, Runnable done, Exception why) {
        LOG.error("an answer is put aside", why);
        deadLetters
                .add(record, Objects.requireNonNullElse(why.getMessage(), why.toString()))
                .thenRun(done);
    }
}
