package io.meshtransformer.vector.kernel;

/**
 * What GPT-J does to one row at a time. Sums run in {@value #LANES} strided partial sums, element {@code i} in sum
 * {@code i % 16}, which are then folded in halves; exponentials are {@link Exponential}'s. So the results are the same at
 * every vector width.
 */
public interface RowKernels {
    /** Partial sums of a reduction. */
    int LANES = 16;

    /**
     * LayerNorm with the biased variance: {@code (x - mean) / sqrt(variance + epsilon) * gain + bias}.
     *
     * @param output may be {@code x}
     */
    void layerNorm(
            float[] x,
            int offset,
            int width,
            float[] gain,
            float[] bias,
            float epsilon,
            float[] output,
            int outputOffset);

    /** {@code x += a + b}, element by element. */
    void addBoth(float[] x, int offset, int width, float[] a, int aOffset, float[] b, int bOffset);

    /**
     * GELU with the tanh approximation ({@code gelu_new}), in place:
     * {@code x / 2 * (1 + tanh(u)) = x / (1 + exp(-2 u))} with {@code u = sqrt(2 / pi) * (x + 0.044715 x^3)}.
     */
    void gelu(float[] x, int offset, int width);

    /**
     * Softmax of {@code scale * x}, in place.
     *
     * @param x has room up to the next multiple of 16, which is overwritten with zeros
     */
    void softmax(float[] x, int offset, int width, float scale);
}
