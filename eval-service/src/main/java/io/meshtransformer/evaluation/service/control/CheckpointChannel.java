package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
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

/** Makes evaluations of the checkpoints whose run asks for them. An event that comes twice makes one. */
@ApplicationScoped
public class CheckpointChannel {
    private final RequestReader reader;
    private final ControlPlane controlPlane;
    private final Wishes wishes;
    private final Persistence persistence;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("checkpoints").factory());

    CheckpointChannel(RequestReader reader, ControlPlane controlPlane, Wishes wishes, Persistence persistence) {
        this.reader = reader;
        this.controlPlane = controlPlane;
        this.wishes = wishes;
        this.persistence = persistence;
    }

    @Incoming("checkpoints")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        return CompletableFuture.runAsync(
                () -> reader.take(message, Topics.TRAINING_EVENTS, TrainingEvent.class, this::hear), worker);
    }

    private void hear(IncomingRequest<TrainingEvent> event) {
        if (event.message() instanceof CheckpointCommitted checkpoint
                && checkpoint.evaluate() != null
                && !checkpoint.evaluate().isEmpty()) {
            var wish = wishes.of(checkpoint);
            try {
                persistence.untilItIsThere(() -> {
                    controlPlane.evaluate(wish);
                    return null;
                });
            } catch (DatabaseException _) {
                // This service ends; what is never done comes again to another one.
                return;
            }
        }
        event.done().run();
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
