package io.meshtransformer.gateway.exchange;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.error.Failures;
import io.meshtransformer.gateway.http.ClientLostException;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.messaging.Answers;
import io.meshtransformer.messaging.CancellationSender;
import io.meshtransformer.messaging.MessageSender;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests that are answered by one event. */
@Singleton
public final class Inquiries {
    private final Answers answers;
    private final MessageSender sender;
    private final CancellationSender cancellations;

    Inquiries(Answers answers, MessageSender sender, CancellationSender cancellations) {
        this.answers = answers;
        this.sender = sender;
        this.cancellations = cancellations;
    }

    /** Sends a request; the inquiry is to be closed, which calls the work off where the answer has not come. */
    public <T extends AnswerEvent> Inquiry<T> ask(PromptRequest request, Class<T> kind) {
        return ask(
                Topics.PROMPTS,
                request.requestId(),
                request,
                kind,
                ErrorKind.TIMEOUT,
                () -> cancellations.cancel(request.requestId(), "nobody waits any more"));
    }

    private <T extends AnswerEvent> Inquiry<T> ask(
            TopicDefinition topic,
            String requestId,
            Object message,
            Class<T> kind,
            ErrorKind unanswered,
            Runnable callOff) {
        var answer = new CompletableFuture<AnswerEvent>();
        var registration = answers.register(requestId, (event, _) -> answer.complete(event));
        sender.send(topic, requestId, message, answers.address()).whenComplete((_, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            }
        });
        return new Inquiry<>(kind, answer, registration, unanswered, callOff);
    }

    /**
     * Asks and waits for a client.
     *
     * @throws ApiException if the answer is a failure or does not come within the patience
     * @throws ClientLostException if the client does not wait so long
     */
    public <T extends AnswerEvent> T answer(
            PromptRequest request, Class<T> kind, Duration patience, Connection connection)
            throws InterruptedException {
        return await(ask(request, kind), patience, connection);
    }

    /**
     * Tells training-service to do something and waits for a client. A command that was sent takes effect, also when
     * nobody waits any more.
     *
     * @throws ApiException if the answer is a failure or does not come within the patience
     * @throws ClientLostException if the client does not wait so long
     */
    public <T extends AnswerEvent> T answer(
            TrainingCommand command, Class<T> kind, Duration patience, Connection connection)
            throws InterruptedException {
        var id = command.requestId();
        return await(
                ask(Topics.TRAINING_COMMANDS, id, command, kind, ErrorKind.UNAVAILABLE, () -> {}),
                patience,
                connection);
    }

    /**
     * The same of eval-service.
     *
     * @param unanswered what it is when no answer comes within the patience
     * @throws ApiException if the answer is a failure or does not come within the patience
     * @throws ClientLostException if the client does not wait so long
     */
    public <T extends AnswerEvent> T answer(
            EvaluationCommand command, Class<T> kind, Duration patience, ErrorKind unanswered, Connection connection)
            throws InterruptedException {
        var id = command.requestId();
        return await(ask(Topics.EVALUATION_REQUESTS, id, command, kind, unanswered, () -> {}), patience, connection);
    }

    private static <T extends AnswerEvent> T await(Inquiry<T> inquiry, Duration patience, Connection connection)
            throws InterruptedException {
        try (inquiry) {
            connection.onLost(inquiry::giveUp);
            return inquiry.await(patience);
        }
    }

    /** A question that is out. */
    public static final class Inquiry<T extends AnswerEvent> implements AutoCloseable {
        private final Class<T> kind;
        private final CompletableFuture<AnswerEvent> answer;
        private final Answers.Registration registration;
        private final ErrorKind unanswered;
        private final Runnable callOff;

        private Inquiry(
                Class<T> kind,
                CompletableFuture<AnswerEvent> answer,
                Answers.Registration registration,
                ErrorKind unanswered,
                Runnable callOff) {
            this.kind = kind;
            this.answer = answer;
            this.registration = registration;
            this.unanswered = unanswered;
            this.callOff = callOff;
        }

        /** Whoever asked is gone: {@link #await} ends at once. */
        public void giveUp() {
            answer.cancel(false);
        }

        /**
         * @throws ApiException if the answer is a failure or does not come within the patience
         * @throws ClientLostException after {@link #giveUp()}
         */
        public T await(Duration patience) throws InterruptedException {
            AnswerEvent event;
            try {
                event = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                throw new ApiException(unanswered, "No answer came within " + patience.toMillis() + " ms");
            } catch (CancellationException _) {
                throw new ClientLostException();
            } catch (ExecutionException e) {
                throw Failures.notPassedOn(e.getCause());
            }
            if (event instanceof AnswerEvent.Failed failed) {
                throw Failures.refusal(failed);
            }
            if (!kind.isInstance(event)) {
                throw new ApiException(ErrorKind.INTERNAL, "An answer of another kind came");
            }
            return kind.cast(event);
        }

        @Override
        public void close() {
            registration.close();
            if (!answer.isDone() || answer.isCancelled()) {
                callOff.run();
            }
        }
    }
}
