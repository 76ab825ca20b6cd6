package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.TaskDescription;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.exchange.Inquiries;
import io.meshtransformer.gateway.http.Connection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/** Evaluations as eval-service answers for them, a command each. */
@Singleton
final class Evaluations {
    private final Inquiries inquiries;
    private final GatewayConfiguration.Evaluations configuration;

    Evaluations(Inquiries inquiries, GatewayConfiguration configuration) {
        this.inquiries = inquiries;
        this.configuration = configuration.evaluations();
    }

    /** @throws ApiException if its model or a task is not there, or another evaluation has its name */
    EvaluationDescription evaluate(EvaluationRequest request, Connection connection) throws InterruptedException {
        return one(id -> new EvaluationCommand.Evaluate(id, request.name(), request.settings()), connection);
    }

    EvaluationDescription describe(String evaluation, Connection connection) throws InterruptedException {
        return one(id -> new EvaluationCommand.Describe(id, evaluation), connection);
    }

    EvaluationDescription pause(String evaluation, Connection connection) throws InterruptedException {
        return one(id -> new EvaluationCommand.Pause(id, evaluation), connection);
    }

    EvaluationDescription resume(String evaluation, Connection connection) throws InterruptedException {
        return one(id -> new EvaluationCommand.Resume(id, evaluation), connection);
    }

    EvaluationDescription cancel(String evaluation, Connection connection) throws InterruptedException {
        return one(id -> new EvaluationCommand.Cancel(id, evaluation), connection);
    }

    List<EvaluationDescription> list(Connection connection) throws InterruptedException {
        return ask(EvaluationCommand.ListEvaluations::new, AnswerEvent.EvaluationsDescribed.class, connection)
                .evaluations();
    }

    List<TaskDescription> tasks(Connection connection) throws InterruptedException {
        return ask(EvaluationCommand.DescribeTasks::new, AnswerEvent.TasksDescribed.class, connection)
                .tasks();
    }

    /**
     * @param from index of the first; null for the usual
     * @param limit most documents; null for the usual
     * @param differing only those that the protocols judge differently
     */
    AnswerEvent.EvaluationDocuments documents(
            String evaluation, String task, Integer from, Integer limit, Boolean differing, Connection connection)
            throws InterruptedException {
        return ask(
                id -> new EvaluationCommand.ReadDocuments(id, evaluation, task, from, limit, differing),
                AnswerEvent.EvaluationDocuments.class,
                connection);
    }

    /** @throws ApiException if it has none yet */
    JsonObject receipt(String evaluation, Connection connection) throws InterruptedException {
        var described = describe(evaluation, connection);
        if (described.receipt() == null) {
            throw new ApiException(
                    ErrorKind.RECEIPT_NOT_FOUND,
                    "The evaluation '%s' is %s and has no receipt until it is finished"
                            .formatted(
                                    described.name(), described.state().name().toLowerCase(Locale.ROOT)),
                    "evaluation");
        }
        return described.receipt();
    }

    /** Minutes may pass. */
    AnswerEvent.EvaluationRebuilt rebuild(String evaluation, Connection connection) throws InterruptedException {
        return askLong(
                id -> new EvaluationCommand.Rebuild(id, evaluation), AnswerEvent.EvaluationRebuilt.class, connection);
    }

    /**
     * Minutes may pass.
     *
     * @param sample documents of each task and protocol; null for the usual
     */
    AnswerEvent.ReceiptVerified verify(JsonObject receipt, Integer sample, Connection connection)
            throws InterruptedException {
        return askLong(
                id -> new EvaluationCommand.Verify(id, receipt, sample), AnswerEvent.ReceiptVerified.class, connection);
    }

    private EvaluationDescription one(Function<String, EvaluationCommand> command, Connection connection)
            throws InterruptedException {
        var evaluations =
                ask(command, AnswerEvent.EvaluationsDescribed.class, connection).evaluations();
        if (evaluations.size() != 1) {
            throw new ApiException(
                    ErrorKind.INTERNAL,
                    "eval-service answered with %d evaluations, not one".formatted(evaluations.size()));
        }
        return evaluations.getFirst();
    }

    private <T extends AnswerEvent> T ask(
            Function<String, EvaluationCommand> command, Class<T> kind, Connection connection)
            throws InterruptedException {
        return inquiries.answer(made(command), kind, configuration.patience(), ErrorKind.UNAVAILABLE, connection);
    }

    /** Of what is computed: to ask for it again at once would not help, so it is no 503. */
    private <T extends AnswerEvent> T askLong(
            Function<String, EvaluationCommand> command, Class<T> kind, Connection connection)
            throws InterruptedException {
        return inquiries.answer(made(command), kind, configuration.longPatience(), ErrorKind.TIMEOUT, connection);
    }

    private static EvaluationCommand made(Function<String, EvaluationCommand> command) {
        try {
            return command.apply("evaluation-" + UUID.randomUUID());
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorKind.INVALID_VALUE, e.getMessage());
        }
    }
}
