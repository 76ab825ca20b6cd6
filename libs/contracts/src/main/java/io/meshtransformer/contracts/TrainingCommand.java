package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A record of the topic {@code training.commands}: what training-service is asked, keyed by {@link #requestId()}.
 *
 * <p>All but {@link ReadHistory} are answered by one {@link AnswerEvent.RunsDescribed}, as things stand when the command
 * has taken effect. The topic has one partition: commands take effect in the order in which they were sent.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrainingCommand.SubmitRun.class, name = "submit"),
    @JsonSubTypes.Type(value = TrainingCommand.CancelRun.class, name = "cancel"),
    @JsonSubTypes.Type(value = TrainingCommand.ResumeRun.class, name = "resume"),
    @JsonSubTypes.Type(value = TrainingCommand.ListRuns.class, name = "list"),
    @JsonSubTypes.Type(value = TrainingCommand.DescribeRun.class, name = "describe"),
    @JsonSubTypes.Type(value = TrainingCommand.ReadHistory.class, name = "history"),
    @JsonSubTypes.Type(value = TrainingCommand.PublishCheckpoint.class, name = "publish")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface TrainingCommand {
    /** Chosen by the sender, unique among its requests. */
    String requestId();

    /**
     * Train, or go on: a run of this name and configuration that has ended goes on from its last commit, one that has
     * not is left as it is. Another configuration under a name that is taken is refused ({@link FailureCode#RUN_CONFLICT}).
     *
     * @param configuration of the run, its {@code name} among them
     */
    record SubmitRun(String requestId, JsonObject configuration) implements TrainingCommand {
        public SubmitRun {
            Required.field(requestId, "requestId");
            Required.field(configuration, "configuration");
            RunName.check(configuration.text("name"), "configuration.name");
        }

        /** The run's name. */
        public String run() {
            return configuration.text("name");
        }
    }

    /** Commit and stop. A run that has ended stays as it is. */
    record CancelRun(String requestId, String run) implements TrainingCommand {
        public CancelRun {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
        }
    }

    /** Go on from the last commit, after the run failed or was cancelled. One that has not ended stays as it is. */
    record ResumeRun(String requestId, String run) implements TrainingCommand {
        public ResumeRun {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
        }
    }

    /** The runs there are, newest first, at most 500; of the checkpoints of each the last one alone. */
    record ListRuns(String requestId) implements TrainingCommand {
        public ListRuns {
            Required.field(requestId, "requestId");
        }
    }

    /** One run with all its checkpoints. */
    record DescribeRun(String requestId, String run) implements TrainingCommand {
        public DescribeRun {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
        }
    }

    /**
     * The curve of a run; answered by one {@link AnswerEvent.RunHistory}.
     *
     * @param fromStep the first step of interest; from the beginning where null
     * @param limit most steps in the answer, from 1 to 10,000; 1,000 where null. Where there are more, every n-th is given
     */
    record ReadHistory(String requestId, String run, Long fromStep, Integer limit) implements TrainingCommand {
        private static final int MOST = 10_000;
        private static final int USUAL = 1_000;

        public ReadHistory {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
            fromStep = fromStep == null ? Long.valueOf(0) : fromStep;
            limit = limit == null ? Integer.valueOf(USUAL) : limit;
            Required.that(limit >= 1 && limit <= MOST, "'limit' is " + limit + ", it must be from 1 to " + MOST);
        }
    }

    /**
     * Serve a checkpoint: its {@link TrainingEvent.CheckpointCommitted} is sent again with {@code publish}, and
     * inference-service offers it as {@code RUN@STEP}.
     *
     * @param step of a committed checkpoint; the last one's where null
     */
    record PublishCheckpoint(String requestId, String run, Long step) implements TrainingCommand {
        public PublishCheckpoint {
            Required.field(requestId, "requestId");
            Required.field(run, "run");
        }
    }
}
