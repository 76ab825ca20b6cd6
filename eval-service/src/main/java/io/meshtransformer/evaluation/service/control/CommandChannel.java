package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.Topics;
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

/** Takes commands, one after the other; each is acknowledged when its answer is sent. */
@ApplicationScoped
public class CommandChannel {
    private final RequestReader reader;
    private final Commands commands;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("commands").factory());

    CommandChannel(RequestReader reader, Commands commands) {
        this.reader = reader;
        this.commands = commands;
    }

    /** @return done when the command is, or takes its time: only then the next one is taken */
    @Incoming("evaluation-requests")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        return CompletableFuture.runAsync(
                () -> reader.take(
                        message,
                        Topics.EVALUATION_REQUESTS,
                        EvaluationCommand.class,
                        request -> commands.work(request, message)),
                worker);
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
