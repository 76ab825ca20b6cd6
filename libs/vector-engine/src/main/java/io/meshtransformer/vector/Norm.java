package io.meshtransformer.vector;

/** The weights of a LayerNorm, {@code [width]} each. */
record Norm(float[] gain, float[] bias, float epsilon) {}
