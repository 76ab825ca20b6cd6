package io.meshtransformer.tokenizer.service;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.MessagingException;
import io.meshtransformer.messaging.ReplyAddress;
import io.meshtransformer.tokenizer.service.prompt.Outcome;
import io.meshtransformer.tokenizer.service.prompt.PromptWork;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/** Sends what becomes of a request where it belongs, with the address for the answers. */
@ApplicationScoped
public class PromptDelivery {
    private static final Logger LOG = Logger.getLogger(PromptDelivery.class);

    private final PromptWork work;
    private final MessageSender sender;
    private final AnswerSender answers;
    private final PromptMetrics metrics;

    public PromptDelivery(PromptWork work, MessageSender sender, AnswerSender answers, PromptMetrics metrics) {
        this.work = work;
        this.sender = sender;
        this.answers = answers;
        this.metrics = metrics;
    }

    /**
     * Returns when the broker has the outcome.
     *
     * @throws MessagingException if it does not take it now, but may later
     */
    void deliver(IncomingRequest<PromptRequest> request) {
        var begin = System.nanoTime();
        var outcome = outcome(request.message());
        try {
            send(request, outcome);
        } catch (RuntimeException e) {
            if (e instanceof MessagingException && e.getCause() instanceof RetriableException) {
                throw e;
            }
            // This record will never be taken, but another one that says so may be.
            outcome = broken(request.message(), e);
            send(request, outcome);
        }
        request.done().run();
        metrics.record(request.message(), outcome, System.nanoTime() - begin);
    }

    private Outcome outcome(PromptRequest request) {
        try {
            return work.outcome(request);
        } catch (RuntimeException e) {
            return broken(request, e);
        }
    }

    private static Outcome broken(PromptRequest request, RuntimeException fault) {
        LOG.errorf(fault, "request %s failed", request.requestId());
        return new Outcome.Answer(new AnswerEvent.Failed(
                request.requestId(),
                FailureCode.INTERNAL_ERROR,
                "the prompt could not be prepared, by a fault of this service",
                null));
    }

    private void send(IncomingRequest<PromptRequest> request, Outcome outcome) {
        await(
                switch (outcome) {
                    case Outcome.Forward forward -> forward(forward, request.replyTo());
                    case Outcome.Answer(var event) -> answers.send(request.replyTo(), event);
                });
    }

    private CompletionStage<Void> forward(Outcome.Forward forward, ReplyAddress replyTo) {
        return sender.send(forward.topic(), forward.request().requestId(), forward.request(), replyTo);
    }

    private static void await(CompletionStage<Void> sent) {
        try {
            sent.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof MessagingException known
                    ? known
                    : new MessagingException("a record was not delivered: " + e.getCause(), e.getCause());
        }
    }
}
