package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.IncomingRequest;
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

/** Takes what models and training-service answer; a record is acknowledged when all its events are where they belong. */
@ApplicationScoped
public class AnswerChannel {
    private final RequestReader reader;
    private final AnswerDelivery delivery;
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("answers").factory());

    AnswerChannel(RequestReader reader, AnswerDelivery delivery) {
        this.reader = reader;
        this.delivery = delivery;
    }

    /** @return done when what came is on its way: others overtake nothing, and nobody waits for the broker */
    @Incoming("evaluation-answers")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        // Answers are of one version, whatever topic they go to.
        return CompletableFuture.runAsync(
                () -> reader.take(message, Topics.ANSWERS, AnswerBatch.class, this::deliver), worker);
    }

    private void deliver(IncomingRequest<AnswerBatch> batch) {
        var all = batch.message().events().stream()
                .map(event -> delivery.deliver(event).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).thenRun(batch.done());
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
