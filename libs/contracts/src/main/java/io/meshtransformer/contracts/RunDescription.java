package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A training run as its control plane knows it. Figures are those of the last step, null before the first.
 *
 * @param reason why it is in this state, or null
 * @param configuration as it was submitted, with every default filled in
 * @param launcher what starts its workers: {@code local} or {@code kubernetes}
 * @param attempts workers launched so far
 * @param step last one taken, 0 before the first
 * @param totalSteps null until a worker has started
 * @param parameters null until a worker has started, or where unknown
 * @param devices null until a worker has started
 * @param mesh null until a worker has started
 * @param phase what its worker does, null where it has none
 * @param loss cross-entropy and z-loss, nats per token
 * @param validationLoss the newest, nats per token
 * @param bestValidationLoss the lowest
 * @param tokens trained on
 * @param checkpoints committed and still there, oldest first
 * @param started when its first worker began to step, or null
 * @param finished when it ended, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunDescription(
        String name,
        RunState state,
        String reason,
        JsonObject configuration,
        String launcher,
        int attempts,
        long step,
        Long totalSteps,
        Long parameters,
        Integer devices,
        String deviceKind,
        TrainingMesh mesh,
        RunPhase phase,
        Double loss,
        Double validationLoss,
        Double bestValidationLoss,
        Double tokensPerSecond,
        Double mfu,
        long tokens,
        List<CheckpointDescription> checkpoints,
        Instant created,
        Instant started,
        Instant finished) {
    public RunDescription {
        Required.field(name, "name");
        Required.field(state, "state");
        Required.field(configuration, "configuration");
        Required.field(launcher, "launcher");
        checkpoints = List.copyOf(Required.field(checkpoints, "checkpoints"));
        Required.field(created, "created");
    }

    /**
     * A committed checkpoint.
     *
     * @param path its directory
     * @param bytes of all its files
     * @param validationLoss nats per token, or null
     * @param best whether no checkpoint of the run has a lower one
     * @param published whether inference-service was told to offer it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CheckpointDescription(
            long step, String path, long bytes, Double validationLoss, boolean best, boolean published, Instant time) {
        public CheckpointDescription {
            Required.field(path, "path");
            Required.field(time, "time");
        }
    }
}
