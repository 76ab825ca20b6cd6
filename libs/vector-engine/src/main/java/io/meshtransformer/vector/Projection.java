package io.meshtransformer.vector;

/**
 * A matrix and its bias.
 *
 * @param bias as long as the outputs rounded up to whole panels; zeros where GPT-J has none
 */
record Projection(Matrix matrix, float[] bias) {}
