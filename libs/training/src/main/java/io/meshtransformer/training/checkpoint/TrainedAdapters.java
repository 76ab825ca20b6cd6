package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.lora.LoraOptions;

/**
 * Adapters that a run trains in place of all weights: what its checkpoints hold instead of a model.
 *
 * @param base directory of the model that they belong to; empty where there is none
 */
public record TrainedAdapters(LoraOptions options, String base) {
    public TrainedAdapters {
        requireNonNull(options, "options is null");
        requireNonNull(base, "base is null");
    }
}
