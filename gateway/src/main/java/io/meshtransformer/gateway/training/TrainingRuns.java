package io.meshtransformer.gateway.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.exchange.Inquiries;
import io.meshtransformer.gateway.http.Connection;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Training runs as training-service answers for them, a command each. */
@Singleton
final class TrainingRuns {
    private final Inquiries inquiries;
    private final Duration patience;

    TrainingRuns(Inquiries inquiries, GatewayConfiguration configuration) {
        this.inquiries = inquiries;
        this.patience = configuration.training().patience();
    }

    /** @throws ApiException if the configuration has no name a run can have, or another run has it */
    RunDescription submit(ObjectNode configuration, Connection connection) throws InterruptedException {
        return one(id -> new TrainingCommand.SubmitRun(id, JsonObject.of(configuration)), connection);
    }

    RunDescription cancel(String run, Connection connection) throws InterruptedException {
        return one(id -> new TrainingCommand.CancelRun(id, run), connection);
    }

    RunDescription resume(String run, Connection connection) throws InterruptedException {
        return one(id -> new TrainingCommand.ResumeRun(id, run), connection);
    }

    RunDescription describe(String run, Connection connection) throws InterruptedException {
        return one(id -> new TrainingCommand.DescribeRun(id, run), connection);
    }

    RunDescription publish(String run, long step, Connection connection) throws InterruptedException {
        return one(id -> new TrainingCommand.PublishCheckpoint(id, run, step), connection);
    }

    List<RunDescription> list(Connection connection) throws InterruptedException {
        return ask(TrainingCommand.ListRuns::new, AnswerEvent.RunsDescribed.class, connection)
                .runs();
    }

    RunCurve history(String run, Long from, Integer limit, Connection connection) throws InterruptedException {
        return ask(
                        id -> new TrainingCommand.ReadHistory(id, run, from, limit),
                        AnswerEvent.RunHistory.class,
                        connection)
                .curve();
    }

    private RunDescription one(Function<String, TrainingCommand> command, Connection connection)
            throws InterruptedException {
        var runs = ask(command, AnswerEvent.RunsDescribed.class, connection).runs();
        if (runs.size() != 1) {
            throw new ApiException(
                    ErrorKind.INTERNAL, "training-service answered with %d runs, not one".formatted(runs.size()));
        }
        return runs.getFirst();
    }

    private <T extends AnswerEvent> T ask(
            Function<String, TrainingCommand> command, Class<T> kind, Connection connection)
            throws InterruptedException {
        TrainingCommand made;
        try {
            made = command.apply("training-" + UUID.randomUUID());
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorKind.INVALID_VALUE, e.getMessage());
        }
        return inquiries.answer(made, kind, patience, connection);
    }
}
