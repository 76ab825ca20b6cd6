package io.meshtransformer.gptj;

import io.meshtransformer.gptj.safetensors.Shape;

/** The weights of one block, under the names of the literature. Matrices are {@code [out, in]}. */
public enum BlockTensor {
    NORM_WEIGHT("ln_1.weight"),
    NORM_BIAS("ln_1.bias"),
    QUERY("attn.q_proj.weight"),
    KEY("attn.k_proj.weight"),
    VALUE("attn.v_proj.weight"),
    ATTENTION_OUT("attn.out_proj.weight"),
    FEED_FORWARD_IN_WEIGHT("mlp.fc_in.weight"),
    FEED_FORWARD_IN_BIAS("mlp.fc_in.bias"),
    FEED_FORWARD_OUT_WEIGHT("mlp.fc_out.weight"),
    FEED_FORWARD_OUT_BIAS("mlp.fc_out.bias");

    private final String suffix;

    BlockTensor(String suffix) {
        this.suffix = suffix;
    }

    /** Hugging Face's name of this weight in a block, counted from 0. */
    public String name(int layer) {
        return "transformer.h." + layer + "." + suffix;
    }

    public Shape shape(GptjConfig config) {
        long width = config.width();
        long inner = config.feedForwardWidth();
        return switch (this) {
            case NORM_WEIGHT, NORM_BIAS, FEED_FORWARD_OUT_BIAS -> Shape.of(width);
            case QUERY, KEY, VALUE, ATTENTION_OUT -> Shape.of(width, width);
            case FEED_FORWARD_IN_WEIGHT -> Shape.of(inner, width);
            case FEED_FORWARD_IN_BIAS -> Shape.of(inner);
            case FEED_FORWARD_OUT_WEIGHT -> Shape.of(width, inner);
        };
    }
}
