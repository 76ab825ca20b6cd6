package io.meshtransformer.local.convert;

import java.util.Locale;

/** What a conversion can write. */
enum Layout {
    /** A model directory of Hugging Face's, with safetensors. */
    HF,
    /** A checkpoint of mesh-transformer-jax, version 1. */
    MTJ,
    /** A checkpoint of a run of ours. */
    TRAIN;

    String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
