package io.meshtransformer.gptj;

import io.meshtransformer.gptj.safetensors.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** The named weights of a GPT-J, as Hugging Face's {@code GPTJForCausalLM} names and shapes them. */
public final class GptjTensors {
    /** {@code [vocabularySize, width]} */
    public static final String EMBEDDING = "transformer.wte.weight";

    /** {@code [width]} */
    public static final String FINAL_NORM_WEIGHT = "transformer.ln_f.weight";

    /** {@code [width]} */
    public static final String FINAL_NORM_BIAS = "transformer.ln_f.bias";

    /** {@code [vocabularySize, width]}, not tied to the embedding */
    public static final String HEAD_WEIGHT = "lm_head.weight";

    /** {@code [vocabularySize]} */
    public static final String HEAD_BIAS = "lm_head.bias";

    /** The causal mask and its fill value, which older transformers wrote beside the weights. */
    private static final Pattern BUFFER = Pattern.compile("(transformer\\.)?h\\.\\d+\\.attn\\.(masked_)?bias");

    private GptjTensors() {}

    /** Every weight of a model, from the embedding through the blocks to the head. */
    public static SequencedMap<String, Shape> shapes(GptjConfig config) {
        var shapes = new LinkedHashMap<String, Shape>();
        shapes.put(EMBEDDING, Shape.of(config.vocabularySize(), config.width()));
        for (var layer = 0; layer < config.layers(); layer++) {
            for (var tensor : BlockTensor.values()) {
                shapes.put(tensor.name(layer), tensor.shape(config));
            }
        }
        shapes.put(FINAL_NORM_WEIGHT, Shape.of(config.width()));
        shapes.put(FINAL_NORM_BIAS, Shape.of(config.width()));
        shapes.put(HEAD_WEIGHT, Shape.of(config.vocabularySize(), config.width()));
        shapes.put(HEAD_BIAS, Shape.of(config.vocabularySize()));
        return Collections.unmodifiableSequencedMap(shapes);
    }

    /** Number of weights: 6,050,882,784 for GPT-J-6B. */
    public static long parameters(GptjConfig config) {
        return shapes(config).values().stream().mapToLong(Shape::elements).sum();
    }

    /** Whether a tensor of this name is no weight and can be skipped. */
    public static boolean isBuffer(String name) {
        return BUFFER.matcher(name).matches();
    }
}
