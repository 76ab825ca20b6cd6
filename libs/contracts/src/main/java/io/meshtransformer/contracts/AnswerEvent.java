package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * One thing that happened to a request, on its way back to whoever asked.
 *
 * <p>A request ends with exactly one {@link #terminal()} event, unless a worker died in between: then the request runs
 * again and the same events come again with the same indices, which readers drop.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AnswerEvent.PromptEchoed.class, name = "prompt"),
    @JsonSubTypes.Type(value = AnswerEvent.TokenGenerated.class, name = "token"),
    @JsonSubTypes.Type(value = AnswerEvent.ChoiceFinished.class, name = "finished"),
    @JsonSubTypes.Type(value = AnswerEvent.GenerationCompleted.class, name = "completed"),
    @JsonSubTypes.Type(value = AnswerEvent.ScoreCompleted.class, name = "scored"),
    @JsonSubTypes.Type(value = AnswerEvent.Tokenized.class, name = "tokenized"),
    @JsonSubTypes.Type(value = AnswerEvent.Detokenized.class, name = "detokenized"),
    @JsonSubTypes.Type(value = AnswerEvent.ModelsDescribed.class, name = "models"),
    @JsonSubTypes.Type(value = AnswerEvent.RunsDescribed.class, name = "runs"),
    @JsonSubTypes.Type(value = AnswerEvent.RunHistory.class, name = "history"),
    @JsonSubTypes.Type(value = AnswerEvent.ModelServed.class, name = "served"),
    @JsonSubTypes.Type(value = AnswerEvent.EvaluationsDescribed.class, name = "evaluations"),
    @JsonSubTypes.Type(value = AnswerEvent.EvaluationDocuments.class, name = "documents"),
    @JsonSubTypes.Type(value = AnswerEvent.EvaluationRebuilt.class, name = "rebuilt"),
    @JsonSubTypes.Type(value = AnswerEvent.ReceiptVerified.class, name = "verified"),
    @JsonSubTypes.Type(value = AnswerEvent.TasksDescribed.class, name = "tasks"),
    @JsonSubTypes.Type(value = AnswerEvent.Failed.class, name = "failed")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface AnswerEvent {
    String requestId();

    /** Whether nothing follows for this request. */
    default boolean terminal() {
        return switch (this) {
            case PromptEchoed _, TokenGenerated _, ChoiceFinished _ -> false;
            case GenerationCompleted _,
                    ScoreCompleted _,
                    Tokenized _,
                    Detokenized _,
                    ModelsDescribed _,
                    RunsDescribed _,
                    RunHistory _,
                    ModelServed _,
                    EvaluationsDescribed _,
                    EvaluationDocuments _,
                    EvaluationRebuilt _,
                    ReceiptVerified _,
                    TasksDescribed _,
                    Failed _ -> true;
        };
    }

    /**
     * A run of the prompt's tokens, for {@code echo}; sent once per request, in order, before any generated token.
     *
     * @param from index in the prompt of the first token here
     * @param tokens one entry per token; the very first token of a prompt has no log-probability
     * @param text the decoded text of this run; half a character at its end waits for the next run
     */
    record PromptEchoed(String requestId, int from, List<TokenDetail> tokens, String text) implements AnswerEvent {
        public PromptEchoed {
            Required.field(requestId, "requestId");
            tokens = List.copyOf(Required.field(tokens, "tokens"));
            text = text == null ? "" : text;
        }
    }

    /**
     * One generated token.
     *
     * @param choice from 0
     * @param index from 0 within the choice, without gaps
     * @param id the token
     * @param text what may be shown now: never half a character, never the beginning of a stop text; often empty
     * @param detail log-probability and alternatives, where asked for
     */
    record TokenGenerated(String requestId, int choice, int index, int id, String text, TokenDetail detail)
            implements AnswerEvent {
        public TokenGenerated {
            Required.field(requestId, "requestId");
            text = text == null ? "" : text;
        }
    }

    /**
     * A choice ended.
     *
     * @param tokens number of tokens generated for this choice
     * @param text what was still held back
     * @param cumulativeLogprob sum of the chosen tokens' log-probabilities under the model, nats
     */
    record ChoiceFinished(
            String requestId, int choice, int tokens, String text, FinishReason reason, double cumulativeLogprob)
            implements AnswerEvent {
        public ChoiceFinished {
            Required.field(requestId, "requestId");
            Required.field(reason, "reason");
            text = text == null ? "" : text;
        }
    }

    /** Every choice ended. */
    record GenerationCompleted(String requestId, Usage usage) implements AnswerEvent {
        public GenerationCompleted {
            Required.field(requestId, "requestId");
            Required.field(usage, "usage");
        }
    }

    /** The scores of the continuations, in their order. */
    record ScoreCompleted(String requestId, List<ContinuationScore> scores, Usage usage) implements AnswerEvent {
        public ScoreCompleted {
            Required.field(requestId, "requestId");
            scores = List.copyOf(Required.field(scores, "scores"));
            Required.field(usage, "usage");
        }
    }

    record Tokenized(String requestId, TokenIds ids) implements AnswerEvent {
        public Tokenized {
            Required.field(requestId, "requestId");
            Required.field(ids, "ids");
        }
    }

    record Detokenized(String requestId, String text) implements AnswerEvent {
        public Detokenized {
            Required.field(requestId, "requestId");
            Required.field(text, "text");
        }
    }

    record ModelsDescribed(String requestId, List<ModelDescription> models) implements AnswerEvent {
        public ModelsDescribed {
            Required.field(requestId, "requestId");
            models = List.copyOf(Required.field(models, "models"));
        }
    }

    /** The runs that a {@link TrainingCommand} was about: one, or those there are. */
    record RunsDescribed(String requestId, List<RunDescription> runs) implements AnswerEvent {
        public RunsDescribed {
            Required.field(requestId, "requestId");
            runs = List.copyOf(Required.field(runs, "runs"));
        }
    }

    record RunHistory(String requestId, String run, RunCurve curve) implements AnswerEvent {
        public RunHistory {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
            Required.field(curve, "curve");
        }
    }

    /** What answers requests for the model that an {@link InferenceRequest.Describe} was about. */
    record ModelServed(String requestId, ServedModel served) implements AnswerEvent {
        public ModelServed {
            Required.field(requestId, "requestId");
            Required.field(served, "served");
        }
    }

    /** The evaluations that an {@link EvaluationCommand} was about: one, or those there are. */
    record EvaluationsDescribed(String requestId, List<EvaluationDescription> evaluations) implements AnswerEvent {
        public EvaluationsDescribed {
            Required.field(requestId, "requestId");
            evaluations = List.copyOf(Required.field(evaluations, "evaluations"));
        }
    }

    /**
     * Documents of one task.
     *
     * @param total that there are to be read, of the kind that was asked for
     */
    record EvaluationDocuments(
            String requestId, String evaluation, String task, long total, List<EvaluatedDocument> documents)
            implements AnswerEvent {
        public EvaluationDocuments {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
            Required.field(task, "task");
            documents = List.copyOf(Required.field(documents, "documents"));
        }
    }

    /**
     * An evaluation was computed again from the log.
     *
     * @param records of {@code evaluation.results} that were read
     * @param kept SHA-256 (hexadecimal) of the results as they are kept
     * @param rebuilt the same of what the log gives
     */
    record EvaluationRebuilt(
            String requestId, String evaluation, long records, String kept, String rebuilt, boolean same)
            implements AnswerEvent {
        public EvaluationRebuilt {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
            Required.field(kept, "kept");
            Required.field(rebuilt, "rebuilt");
        }
    }

    /**
     * Documents of a receipt were asked again.
     *
     * @param documents that were asked
     * @param largestDifference between a log-probability then and now, nats
     * @param findings what does not hold, a sentence each; empty where the receipt holds
     */
    record ReceiptVerified(
            String requestId, boolean holds, long documents, double largestDifference, List<String> findings)
            implements AnswerEvent {
        public ReceiptVerified {
            Required.field(requestId, "requestId");
            findings = List.copyOf(Required.field(findings, "findings"));
        }
    }

    record TasksDescribed(String requestId, List<TaskDescription> tasks) implements AnswerEvent {
        public TasksDescribed {
            Required.field(requestId, "requestId");
            tasks = List.copyOf(Required.field(tasks, "tasks"));
        }
    }

    /**
     * The request ended without its answer.
     *
     * @param message a sentence the requester can act on, naming the value and the limit
     * @param parameter the request field at fault, or null
     */
    record Failed(String requestId, FailureCode code, String message, String parameter) implements AnswerEvent {
        public Failed {
            Required.field(requestId, "requestId");
            Required.field(code, "code");
            Required.field(message, "message");
        }
    }
}
