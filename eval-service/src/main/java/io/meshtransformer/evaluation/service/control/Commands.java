package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.inspect.Documents;
import io.meshtransformer.evaluation.service.inspect.Rebuild;
import io.meshtransformer.evaluation.service.inspect.Verification;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.work.Tasks;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.RequestReader;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Does what a command says, and answers. A command that comes a second time changes nothing more. */
@ApplicationScoped
public class Commands {
    private static final Logger LOG = Logger.getLogger(Commands.class);

    private final ControlPlane controlPlane;
    private final Inquiries inquiries;
    private final Wishes wishes;
    private final Tasks tasks;
    private final Documents documents;
    private final Rebuild rebuild;
    private final Verification verification;
    private final AnswerSender answers;
    private final RequestReader reader;
    private final Persistence persistence;
    private final ExecutorService slow = Executors.newVirtualThreadPerTaskExecutor();

    Commands(
            ControlPlane controlPlane,
            Inquiries inquiries,
            Wishes wishes,
            Tasks tasks,
            Documents documents,
            Rebuild rebuild,
            Verification verification,
            AnswerSender answers,
            RequestReader reader,
            Persistence persistence) {
        this.controlPlane = controlPlane;
        this.inquiries = inquiries;
        this.wishes = wishes;
        this.tasks = tasks;
        this.documents = documents;
        this.rebuild = rebuild;
        this.verification = verification;
        this.answers = answers;
        this.reader = reader;
        this.persistence = persistence;
    }

    /** Returns when the command is done, but for one that takes its time: that goes on by itself. */
    void work(IncomingRequest<EvaluationCommand> request, Message<byte[]> message) {
        switch (request.message()) {
            case EvaluationCommand.Evaluate evaluate -> evaluate(evaluate, request, message);
            case EvaluationCommand.Pause pause ->
                answer(request, () -> met(pause, pause.evaluation(), new Input.Pause()));
            case EvaluationCommand.Resume resume ->
                answer(request, () -> met(resume, resume.evaluation(), new Input.Resume()));
            case EvaluationCommand.Cancel cancel ->
                answer(request, () -> met(cancel, cancel.evaluation(), new Input.Cancel()));
            case EvaluationCommand.ListEvaluations list ->
                answer(request, () -> new AnswerEvent.EvaluationsDescribed(list.requestId(), inquiries.list()));
            case EvaluationCommand.Describe describe ->
                answer(request, () -> described(describe, describe.evaluation()));
            case EvaluationCommand.DescribeTasks describe ->
                slow.execute(
                        () -> answer(request, () -> new AnswerEvent.TasksDescribed(describe.requestId(), tasks.all())));
            case EvaluationCommand.ReadDocuments read ->
                slow.execute(() -> answer(request, () -> documents.read(read)));
            case EvaluationCommand.Rebuild again -> slow.execute(() -> answer(request, () -> rebuild.of(again)));
            case EvaluationCommand.Verify verify -> slow.execute(() -> answer(request, () -> verification.of(verify)));
        }
    }

    private void evaluate(
            EvaluationCommand.Evaluate evaluate, IncomingRequest<EvaluationCommand> request, Message<byte[]> message) {
        try {
            // The same again is the same, whether its model is still served or not.
            var known = persistence.untilItIsThere(() -> inquiries.find(evaluate.evaluation()));
            if (known.isPresent()) {
                Wishes.requireSame(known.get(), evaluate.settings());
            } else {
                var wish = wishes.of(evaluate);
                persistence.untilItIsThere(() -> {
                    controlPlane.evaluate(wish);
                    return null;
                });
            }
        } catch (Refusal e) {
            reader.refuse(message, e.asAnswer(evaluate.requestId()));
            return;
        } catch (DatabaseException e) {
            LOG.warnf("command %s comes again: %s", evaluate.requestId(), e.getMessage());
            return;
        }
        answer(request, () -> described(evaluate, evaluate.evaluation()));
    }

    private AnswerEvent met(EvaluationCommand command, String evaluation, Input input) {
        controlPlane.met(evaluation, input);
        return described(command, evaluation);
    }

    private AnswerEvent described(EvaluationCommand command, String evaluation) {
        return new AnswerEvent.EvaluationsDescribed(command.requestId(), List.of(inquiries.describe(evaluation)));
    }

    private void answer(IncomingRequest<EvaluationCommand> request, Supplier<AnswerEvent> work) {
        try {
            answers.send(request.replyTo(), answer(request.message().requestId(), work))
                    .thenRun(request.done());
        } catch (DatabaseException e) {
            LOG.warnf("command %s comes again: %s", request.message().requestId(), e.getMessage());
        }
    }

    private AnswerEvent answer(String requestId, Supplier<AnswerEvent> work) {
        try {
            return persistence.untilItIsThere(work::get);
        } catch (Refusal e) {
            return e.asAnswer(requestId);
        } catch (DatabaseException e) {
            // This service ends.
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "command %s failed", requestId);
            return new AnswerEvent.Failed(
                    requestId,
                    FailureCode.INTERNAL_ERROR,
                    "the command could not be carried out, by a fault of this service",
                    null);
        }
    }

    @PreDestroy
    void close() {
        slow.shutdownNow();
    }
}
