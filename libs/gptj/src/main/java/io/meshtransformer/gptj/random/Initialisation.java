package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a weight is before training: the initialisation of mesh-transformer-jax, which keeps activations of order one at
 * any size.
 *
 * @param mean 1 for LayerNorm weights, otherwise 0
 * @param scale of a normal distribution cut at two of it; 0 for a constant
 */
record Initialisation(float mean, float scale) {
    private static final Initialisation ONE = new Initialisation(1, 0);
    private static final Initialisation ZERO = new Initialisation(0, 0);

    /** By weight name, in the order of {@link GptjTensors#shapes}. */
    static SequencedMap<String, Initialisation> of(GptjConfig config) {
        var initialisations = new LinkedHashMap<String, Initialisation>();
        initialisations.put(GptjTensors.EMBEDDING, normal(1 / Math.sqrt(config.vocabularySize())));
        for (var layer = 0; layer < config.layers(); layer++) {
            for (var tensor : BlockTensor.values()) {
                initialisations.put(tensor.name(layer), of(tensor, config));
            }
        }
        initialisations.put(GptjTensors.FINAL_NORM_WEIGHT, ONE);
        initialisations.put(GptjTensors.FINAL_NORM_BIAS, ZERO);
        initialisations.put(GptjTensors.HEAD_WEIGHT, normal(1 / Math.sqrt(config.width())));
        initialisations.put(GptjTensors.HEAD_BIAS, ZERO);
        return initialisations;
    }

    private static Initialisation of(BlockTensor tensor, GptjConfig config) {
        var inward = 1 / Math.sqrt(config.width());
        return switch (tensor) {
            case NORM_WEIGHT -> ONE;
            case NORM_BIAS, FEED_FORWARD_IN_BIAS, FEED_FORWARD_OUT_BIAS -> ZERO;
            case QUERY, KEY, VALUE, FEED_FORWARD_IN_WEIGHT -> normal(inward);
            // What a block adds to the residual stream shrinks with the number of blocks.
            case ATTENTION_OUT, FEED_FORWARD_OUT_WEIGHT -> normal(2.0 / config.layers() * inward);
        };
    }

    private static Initialisation normal(double scale) {
        return new Initialisation(0, (float) scale);
    }
}
