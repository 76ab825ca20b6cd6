package io.meshtransformer.gptj.engine;

/**
 * Logits of a step, {@code [rows, vocabularySize]} in row-major order, fp32; rows in the order of the chunks, within a
 * chunk in the order of its ids. A view of the engine's memory, valid until its next step.
 */
public record Logits(float[] values, int rows, int vocabularySize) {
    /** Index in {@link #values()} of a row's first logit. */
    public int offset(int row) {
        return Math.multiplyExact(row, vocabularySize);
    }
}
