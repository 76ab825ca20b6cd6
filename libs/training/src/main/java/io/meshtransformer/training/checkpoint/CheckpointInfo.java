package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gptj.GptjConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a checkpoint says beside the state of the training itself.
 *
 * @param config of the model; of an adapter, that of its base
 * @param adapters where the state is of adapters alone; else it is of a whole model
 * @param companions files that make the weights a model to serve, copied under their own names: {@link TokenizerFiles}
 * @param cursor where the run is in its data; only the run reads it
 * @param configuration of the run; only the run reads it
 * @param validationLoss nats per token of these weights, if they were evaluated; one that is not finite counts as none
 */
public record CheckpointInfo(
        GptjConfig config,
        Optional<TrainedAdapters> adapters,
        List<Path> companions,
        JsonNode cursor,
        JsonNode configuration,
        OptionalDouble validationLoss) {
    public CheckpointInfo {
        requireNonNull(config, "config is null");
        requireNonNull(adapters, "adapters is null");
        requireNonNull(cursor, "cursor is null");
        requireNonNull(configuration, "configuration is null");
        requireNonNull(validationLoss, "validation loss is null");
        if (!Double.isFinite(validationLoss.orElse(0))) {
            validationLoss = OptionalDouble.empty();
        }
        companions = List.copyOf(companions);
    }

    /** Of a whole model. */
    public CheckpointInfo(
            GptjConfig config,
            List<Path> companions,
            JsonNode cursor,
            JsonNode configuration,
            OptionalDouble validationLoss) {
        this(config, Optional.empty(), companions, cursor, configuration, validationLoss);
    }
}
