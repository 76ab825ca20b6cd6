package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.messaging.MessageTooLargeException;
import io.meshtransformer.messaging.RequestReader;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes what models and training-service answer; a record is acknowledged when all its events are where they belong. */
@ApplicationScoped
public class AnswerChannel {
    private static final Logger LOG = Logger.getLogger(AnswerChannel.class);
    /** Who sent an answer waits for none. */
    private static final String NOBODY = "";

    private final RequestReader reader;
    private final AnswerDelivery delivery;
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("answers").factory());

    AnswerChannel(RequestReader reader, AnswerDelivery delivery) {
        this.reader = reader;
        this.delivery = delivery;
    }

    /** @return done when what came is on its way: nobody waits for the broker */
    @Incoming("evaluation-answers")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        return CompletableFuture.runAsync(() -> deliver(message), worker);
    }

    private void deliver(Message<byte[]> message) {
        try {
            var all = MessageCodec.read(message.getPayload(), AnswerBatch.class).events().stream()
                    .map(event -> delivery.deliver(event).toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all)
                    .thenCompose(_ -> message.ack())
                    .exceptionallyCompose(failure -> MessageTooLargeException.in(failure)
                            .map(tooLarge -> putAside(message, tooLarge))
                            .orElseGet(() -> CompletableFuture.failedStage(failure)))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            LOG.errorf(
                                    failure, "an answer that is delivered was not acknowledged, and will come again");
                        }
                    });
        } catch (MalformedMessageException | RuntimeException e) {
            LOG.error("an answer is put aside", e);
            message.nack(e);
        }
    }

    private CompletionStage<Void> putAside(Message<byte[]> message, MessageTooLargeException tooLarge) {
        return reader.refuse(
                message, new AnswerEvent.Failed(NOBODY, FailureCode.INVALID_REQUEST, tooLarge.getMessage(), null));
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
