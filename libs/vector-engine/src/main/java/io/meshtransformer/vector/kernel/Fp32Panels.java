package io.meshtransformer.vector.kernel;

/** Multiplies rows with panels of fp32 weights; see {@link Panels}. */
public interface Fp32Panels {
    /** Most rows that {@link #multiply} takes. */
    int mostRows();

    /** Panels that are best multiplied together: enough streams from memory, accumulators for all in registers. */
    int panelsAtOnce(int rows);

    /**
     * Chains over {@code depth} inputs: {@code y[row, output] = start[row, output] + x[row, k] * weight[k, output] + ...}.
     *
     * @param weights {@code [panel, k, 32]} from {@code weightOffset} on, panels {@code panelStride} apart
     * @param x {@code [k, row]} from {@code xOffset} on, rows innermost
     * @param start where chains begin, {@code [row, panel, 32]} from {@code startOffset} on, rows {@code startStride} apart:
     *     a bias is the same for all with a stride of 0, and {@code y} itself is gone on from
     * @param y {@code [row, panel, 32]} from {@code yOffset} on, rows {@code yStride} apart
     */
    void multiply(
            float[] weights,
            int weightOffset,
            int panelStride,
            int panels,
            int depth,
            float[] x,
            int xOffset,
            int rows,
            float[] start,
            int startOffset,
            int startStride,
            float[] y,
            int yOffset,
            int yStride);
}
