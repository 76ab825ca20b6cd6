package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * A record of the topic {@code training.events}: what happened to a run, keyed by {@link #run()}, so in order for each.
 *
 * <p>A worker that goes on from a commit takes the steps since then again and says so again, with the same numbers: of
 * two events for one step the later one holds. Losses are in nats per token.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrainingEvent.RunAccepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = TrainingEvent.RunQueued.class, name = "queued"),
    @JsonSubTypes.Type(value = TrainingEvent.WorkerStarting.class, name = "starting"),
    @JsonSubTypes.Type(value = TrainingEvent.RunStarted.class, name = "started"),
    @JsonSubTypes.Type(value = TrainingEvent.StepCompleted.class, name = "step"),
    @JsonSubTypes.Type(value = TrainingEvent.ValidationCompleted.class, name = "validation"),
    @JsonSubTypes.Type(value = TrainingEvent.CheckpointCommitted.class, name = "checkpoint"),
    @JsonSubTypes.Type(value = TrainingEvent.CheckpointFailed.class, name = "checkpoint-failed"),
    @JsonSubTypes.Type(value = TrainingEvent.CheckpointDeleted.class, name = "checkpoint-deleted"),
    @JsonSubTypes.Type(value = TrainingEvent.WorkerFailed.class, name = "worker-failed"),
    @JsonSubTypes.Type(value = TrainingEvent.RunPreempted.class, name = "preempted"),
    @JsonSubTypes.Type(value = TrainingEvent.RunRestarting.class, name = "restarting"),
    @JsonSubTypes.Type(value = TrainingEvent.RunFinished.class, name = "finished"),
    @JsonSubTypes.Type(value = TrainingEvent.RunFailed.class, name = "failed"),
    @JsonSubTypes.Type(value = TrainingEvent.RunCancelled.class, name = "cancelled"),
    @JsonSubTypes.Type(value = TrainingEvent.Heartbeat.class, name = "heartbeat")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface TrainingEvent {
    /** The run's name. */
    String run();

    /** Which of the run's workers, from 1; 0 before the first. */
    int attempt();

    Instant time();

    /** From the control plane: the run is kept, or goes on after it had ended. */
    record RunAccepted(String run, int attempt, Instant time, JsonObject configuration) implements TrainingEvent {
        public RunAccepted {
            Required.event(run, time);
            Required.field(configuration, "configuration");
        }
    }

    /** From the control plane: as many runs as may are running. */
    record RunQueued(String run, int attempt, Instant time) implements TrainingEvent {
        public RunQueued {
            Required.event(run, time);
        }
    }

    /** From the control plane: a worker is launched. */
    record WorkerStarting(String run, int attempt, Instant time) implements TrainingEvent {
        public WorkerStarting {
            Required.event(run, time);
        }
    }

    /**
     * From a worker: steps begin.
     *
     * @param step that it goes on from; 0 at the beginning
     * @param totalSteps after which the run is finished
     * @param parameters of the model, or null
     * @param devices number of them
     * @param deviceKind what they are, such as {@code TPU v3}, or null
     */
    record RunStarted(
            String run,
            int attempt,
            Instant time,
            long step,
            long totalSteps,
            Long parameters,
            int devices,
            String deviceKind,
            TrainingMesh mesh)
            implements TrainingEvent {
        public RunStarted {
            Required.event(run, time);
            Required.field(mesh, "mesh");
        }
    }

    /**
     * From a worker: an optimiser step is taken; means over its tokens.
     *
     * @param step from 1
     * @param loss what was differentiated: cross-entropy and z-loss
     * @param gradientNorm before it is clipped
     * @param gradientNoiseScale tokens, or null where it can't be told yet
     * @param seconds that the step took
     * @param modelFlops of the step: 6 for each parameter and token; null where the parameters are not known
     * @param mfu {@code modelFlops} over what the devices could do, from 0 to 1; null where that is not known
     * @param hfu the same with rematerialisation counted, or null
     * @param tokens trained on since the run's beginning
     * @param epoch times that the data was seen, with fraction
     */
    record StepCompleted(
            String run,
            int attempt,
            Instant time,
            long step,
            long totalSteps,
            double loss,
            double crossEntropy,
            double learningRate,
            double gradientNorm,
            Double gradientNoiseScale,
            double seconds,
            double tokensPerSecond,
            Double modelFlops,
            Double mfu,
            Double hfu,
            long tokens,
            double epoch)
            implements TrainingEvent {
        public StepCompleted {
            Required.event(run, time);
        }
    }

    /**
     * From a worker: the loss on data that is not trained on.
     *
     * @param step after which
     * @param set its name
     * @param loss cross-entropy alone
     * @param tokens it is the mean of
     */
    record ValidationCompleted(String run, int attempt, Instant time, long step, String set, double loss, long tokens)
            implements TrainingEvent {
        public ValidationCompleted {
            Required.event(run, time);
            Required.field(set, "set");
        }
    }

    /**
     * From a worker: a checkpoint is there for good. From the control plane when it shall be served.
     *
     * @param path its directory
     * @param bytes of all its files
     * @param validationLoss at this step, or null
     * @param best whether no checkpoint of the run had a lower one
     * @param evaluate tasks to evaluate it on, or null
     * @param publish whether inference-service shall offer it, as {@code RUN@STEP}
     */
    record CheckpointCommitted(
            String run,
            int attempt,
            Instant time,
            long step,
            String path,
            long bytes,
            Double validationLoss,
            boolean best,
            List<String> evaluate,
            boolean publish)
            implements TrainingEvent {
        public CheckpointCommitted {
            Required.event(run, time);
            Required.field(path, "path");
            evaluate = evaluate == null ? null : List.copyOf(evaluate);
        }

        /** What it is called among models: {@code RUN@STEP}. */
        public String model() {
            return run + "@" + step;
        }

        /** The same for inference-service to offer. */
        public CheckpointCommitted published(Instant now) {
            return new CheckpointCommitted(run, attempt, now, step, path, bytes, validationLoss, best, null, true);
        }
    }

    /** From a worker: a checkpoint could not be written. Training goes on; the one before holds. */
    record CheckpointFailed(String run, int attempt, Instant time, long step, String reason) implements TrainingEvent {
        public CheckpointFailed {
            Required.event(run, time);
            Required.field(reason, "reason");
        }
    }

    /** From a worker: a checkpoint was given up for newer ones, by the run's rule. */
    record CheckpointDeleted(String run, int attempt, Instant time, long step) implements TrainingEvent {
        public CheckpointDeleted {
            Required.event(run, time);
        }
    }

    /**
     * From a worker: it gives up.
     *
     * @param permanent whether another try would end the same way, as with a wrong configuration
     */
    record WorkerFailed(String run, int attempt, Instant time, String reason, boolean permanent)
            implements TrainingEvent {
        public WorkerFailed {
            Required.event(run, time);
            Required.field(reason, "reason");
        }
    }

    /** From a worker: it was told to stop, has committed this step, and goes. */
    record RunPreempted(String run, int attempt, Instant time, long step) implements TrainingEvent {
        public RunPreempted {
            Required.event(run, time);
        }
    }

    /**
     * From the control plane: the worker is gone, another one comes.
     *
     * @param pause seconds until then
     */
    record RunRestarting(String run, int attempt, Instant time, double pause, String reason) implements TrainingEvent {
        public RunRestarting {
            Required.event(run, time);
            Required.field(reason, "reason");
        }
    }

    /** From a worker: the last step is taken and committed. */
    record RunFinished(String run, int attempt, Instant time, long step) implements TrainingEvent {
        public RunFinished {
            Required.event(run, time);
        }
    }

    /** From the control plane: nobody tries any more. */
    record RunFailed(String run, int attempt, Instant time, String reason) implements TrainingEvent {
        public RunFailed {
            Required.event(run, time);
            Required.field(reason, "reason");
        }
    }

    /** From the control plane: somebody wanted it to stop, and it has. */
    record RunCancelled(String run, int attempt, Instant time) implements TrainingEvent {
        public RunCancelled {
            Required.event(run, time);
        }
    }

    /** From a worker, every few seconds, whatever it does. */
    record Heartbeat(String run, int attempt, Instant time, long step, RunPhase phase) implements TrainingEvent {
        public Heartbeat {
            Required.event(run, time);
            Required.field(phase, "phase");
        }
    }
}
