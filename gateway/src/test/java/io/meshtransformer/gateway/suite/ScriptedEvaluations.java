package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.RequestReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Stands in the place of eval-service in tests, on the real topics: answers commands, and its evaluations do what a test
 * tells. A command about the evaluation {@link #SILENT} is not answered.
 */
@ApplicationScoped
public class ScriptedEvaluations {
    public static final String SILENT = "silent";

    private final RequestReader reader;
    private final AnswerSender answers;
    private final MessageSender sender;
    private final Map<String, ScriptedEvaluation> evaluations = new ConcurrentHashMap<>();

    ScriptedEvaluations(RequestReader reader, AnswerSender answers, MessageSender sender) {
        this.reader = reader;
        this.answers = answers;
        this.sender = sender;
    }

    /** There is such an evaluation from now on. */
    public void add(String name, ScriptedEvaluation evaluation) {
        evaluations.put(name, evaluation);
        tell(evaluation);
    }

    /** There is none any more. */
    public void clear() {
        evaluations.clear();
    }

    /** So many documents of each task are judged; returns when the event stands in the log. */
    public void done(String name, long documents) {
        tell(evaluations.get(name).done(documents));
    }

    public void failed(String name, String why) {
        tell(evaluations.get(name).failed(why));
    }

    private void tell(ScriptedEvaluation evaluation) {
        var description = evaluation.description(false);
        sender.sendEvent(
                        Topics.EVALUATION_EVENTS,
                        description.name(),
                        new EvaluationEvent(description.name(), Instant.now(), description))
                .toCompletableFuture()
                .join();
    }

    @Incoming("evaluation-requests")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        reader.read(message, Topics.EVALUATION_REQUESTS, EvaluationCommand.class)
                .ifPresent(incoming -> Thread.ofVirtual().start(() -> answer(incoming)));
        return CompletableFuture.completedStage(null);
    }

    private void answer(IncomingRequest<EvaluationCommand> incoming) {
        var id = incoming.message().requestId();
        var answer =
                switch (incoming.message()) {
                    case EvaluationCommand.Evaluate evaluate -> evaluate(evaluate);
                    case EvaluationCommand.Pause pause -> moved(id, pause.evaluation(), EvaluationState.PAUSED);
                    case EvaluationCommand.Resume resume -> moved(id, resume.evaluation(), EvaluationState.RUNNING);
                    case EvaluationCommand.Cancel cancel -> moved(id, cancel.evaluation(), EvaluationState.CANCELLED);
                    case EvaluationCommand.ListEvaluations _ -> listed(id);
                    case EvaluationCommand.Describe describe -> moved(id, describe.evaluation(), null);
                    case EvaluationCommand.ReadDocuments read ->
                        about(id, read.evaluation(), evaluation -> ScriptedDocuments.read(read, evaluation));
                    case EvaluationCommand.Rebuild rebuild ->
                        about(
                                id,
                                rebuild.evaluation(),
                                _ -> new AnswerEvent.EvaluationRebuilt(
                                        id, rebuild.evaluation(), 3000, "ab".repeat(32), "ab".repeat(32), true));
                    case EvaluationCommand.Verify verify ->
                        new AnswerEvent.ReceiptVerified(
                                id,
                                verify.receipt().text("model") != null,
                                verify.sample(),
                                0.0,
                                verify.receipt().text("model") != null ? List.of() : List.of("it names no model"));
                    case EvaluationCommand.DescribeTasks _ -> ScriptedDocuments.tasks(id);
                };
        if (answer != null) {
            answers.send(incoming.replyTo(), List.of(answer));
        }
        incoming.done().run();
    }

    private AnswerEvent evaluate(EvaluationCommand.Evaluate evaluate) {
        var id = evaluate.requestId();
        var settings = evaluate.settings();
        if (settings.model().equals("gpt-4")) {
            return new AnswerEvent.Failed(
                    id, FailureCode.MODEL_NOT_FOUND, "The model 'gpt-4' does not exist; served: stories", "model");
        }
        if (settings.tasks().contains("sciq")) {
            return new AnswerEvent.Failed(
                    id, FailureCode.TASK_DATA_UNAVAILABLE, "The task 'sciq' has no documents", "tasks");
        }
        if (settings.tasks().contains("lambda")) {
            return new AnswerEvent.Failed(id, FailureCode.TASK_NOT_FOUND, "There is no task 'lambda'", "tasks");
        }
        var made = new ScriptedEvaluation(evaluate.evaluation(), settings, 0.5, Instant.now(), null, null);
        var known = evaluations.putIfAbsent(evaluate.evaluation(), made);
        if (known != null && !known.settings().equals(settings)) {
            return new AnswerEvent.Failed(
                    id, FailureCode.EVALUATION_CONFLICT, "limit was 100 and is now 200", "evaluation");
        }
        if (known == null) {
            tell(made);
        }
        return moved(id, evaluate.evaluation(), null);
    }

    /** @param state that the command brings about, or null */
    private AnswerEvent moved(String id, String name, EvaluationState state) {
        return about(id, name, evaluation -> {
            if (state != null) {
                tell(evaluation.is(state));
            }
            return new AnswerEvent.EvaluationsDescribed(id, List.of(evaluation.description(true)));
        });
    }

    /** What is said about an evaluation. */
    private interface Saying {
        AnswerEvent about(ScriptedEvaluation evaluation);
    }

    private AnswerEvent about(String id, String name, Saying saying) {
        if (name.equals(SILENT)) {
            return null;
        }
        if (!evaluations.containsKey(name)) {
            return new AnswerEvent.Failed(
                    id, FailureCode.EVALUATION_NOT_FOUND, "There is no evaluation '%s'".formatted(name), "evaluation");
        }
        return saying.about(evaluations.get(name));
    }

    private AnswerEvent listed(String id) {
        return new AnswerEvent.EvaluationsDescribed(
                id,
                evaluations.values().stream()
                        .map(evaluation -> evaluation.description(false))
                        .sorted(Comparator.comparing(EvaluationDescription::created)
                                .reversed())
                        .toList());
    }
}
