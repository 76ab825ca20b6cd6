package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * A record of the topic {@code evaluation.requests}: what eval-service is asked, keyed by {@link #requestId()}. All but
 * those that say otherwise are answered by {@link AnswerEvent.EvaluationsDescribed}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EvaluationCommand.Evaluate.class, name = "evaluate"),
    @JsonSubTypes.Type(value = EvaluationCommand.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = EvaluationCommand.Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = EvaluationCommand.Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = EvaluationCommand.ListEvaluations.class, name = "list"),
    @JsonSubTypes.Type(value = EvaluationCommand.Describe.class, name = "describe"),
    @JsonSubTypes.Type(value = EvaluationCommand.ReadDocuments.class, name = "documents"),
    @JsonSubTypes.Type(value = EvaluationCommand.Rebuild.class, name = "rebuild"),
    @JsonSubTypes.Type(value = EvaluationCommand.Verify.class, name = "verify"),
    @JsonSubTypes.Type(value = EvaluationCommand.DescribeTasks.class, name = "tasks")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface EvaluationCommand {
    /** Chosen by the sender, unique among its requests. */
    String requestId();

    /**
     * Evaluate. The same again changes nothing; other settings under a name that is taken are refused
     * ({@link FailureCode#EVALUATION_CONFLICT}).
     *
     * @param evaluation its name; the request id where null
     * @param settings stand beside the other fields on the wire, not in an object of their own
     */
    record Evaluate(
            String requestId,
            String evaluation,
            @JsonUnwrapped EvaluationSettings settings) implements EvaluationCommand {
        public Evaluate {
            Required.field(requestId, "requestId");
            evaluation = EvaluationName.check(evaluation == null ? requestId : evaluation, "evaluation");
            Required.field(settings, "settings");
        }
    }

    /** Ask nothing more until it is resumed. */
    record Pause(String requestId, String evaluation) implements EvaluationCommand {
        public Pause {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
        }
    }

    /** Go on: one that was paused, cancelled, or failed. What was answered is not asked again. */
    record Resume(String requestId, String evaluation) implements EvaluationCommand {
        public Resume {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
        }
    }

    /** End it. What was answered is kept. */
    record Cancel(String requestId, String evaluation) implements EvaluationCommand {
        public Cancel {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
        }
    }

    /** The evaluations there are, newest first, at most 500. */
    record ListEvaluations(String requestId) implements EvaluationCommand {
        public ListEvaluations {
            Required.field(requestId, "requestId");
        }
    }

    /** One evaluation with its receipt. */
    record Describe(String requestId, String evaluation) implements EvaluationCommand {
        public Describe {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
        }
    }

    /**
     * Documents of one task as they were asked under each protocol, in their order; answered by
     * {@link AnswerEvent.EvaluationDocuments}.
     *
     * @param from index of the first; 0 where null
     * @param limit most documents in the answer, from 1 to 100; 20 where null
     * @param differing only those that the protocols judge differently; all where null
     */
    record ReadDocuments(
            String requestId, String evaluation, String task, Integer from, Integer limit, Boolean differing)
            implements EvaluationCommand {
        private static final int MOST = 100;
        private static final int USUAL = 20;

        public ReadDocuments {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
            Required.field(task, "task");
            from = from == null ? Integer.valueOf(0) : from;
            limit = limit == null ? Integer.valueOf(USUAL) : limit;
            differing = differing == null ? Boolean.FALSE : differing;
            Required.that(from >= 0, "'from' is " + from + ", it must be at least 0");
            Required.that(limit >= 1 && limit <= MOST, "'limit' is " + limit + ", it must be from 1 to " + MOST);
        }
    }

    /**
     * Compute a finished evaluation's results again, from {@code evaluation.results} alone; answered by
     * {@link AnswerEvent.EvaluationRebuilt}.
     */
    record Rebuild(String requestId, String evaluation) implements EvaluationCommand {
        public Rebuild {
            Required.field(requestId, "requestId");
            Required.field(evaluation, "evaluation");
        }
    }

    /**
     * Ask the model some of a receipt's documents again; answered by {@link AnswerEvent.ReceiptVerified}.
     *
     * @param receipt of an evaluation, here or elsewhere
     * @param sample documents of each task and protocol to ask again; 20 where null
     */
    record Verify(String requestId, JsonObject receipt, Integer sample) implements EvaluationCommand {
        private static final int USUAL = 20;

        public Verify {
            Required.field(requestId, "requestId");
            Required.field(receipt, "receipt");
            sample = sample == null ? Integer.valueOf(USUAL) : sample;
            Required.that(sample >= 1, "'sample' is " + sample + ", it must be at least 1");
        }
    }

    /** The tasks there are, and where their data is; answered by {@link AnswerEvent.TasksDescribed}. */
    record DescribeTasks(String requestId) implements EvaluationCommand {
        public DescribeTasks {
            Required.field(requestId, "requestId");
        }
    }
}
