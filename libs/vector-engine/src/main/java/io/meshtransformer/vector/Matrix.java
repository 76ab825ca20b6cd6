package io.meshtransformer.vector;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.vector.kernel.Panels;

/** A weight matrix {@code [outputs, inputs]} in panels; one implementation for each {@link WeightFormat}. */
sealed interface Matrix permits Bf16Matrix, Fp32Matrix {
    /**
     * Inputs that a kernel goes through at a time when there are many rows, so that the panel stays in the core's cache
     * from one tile of rows to the next. Chains go on from where they were, so it changes no bit.
     */
    int DEPTH = 1024;

    int inputs();

    int outputs();

    /** Most rows in a tile. */
    int mostRows();

    /** Panels that are best multiplied together for tiles of so many rows. */
    int panelsAtOnce(int rows);

    /** Sets {@link Panels#OUTPUTS} outputs from their weights {@code [32, inputs]}, rows beyond the outputs being zero. */
    void setPanel(int panel, float[] rows);

    /**
     * The chains of some panels for every row: {@code y[row, output] = bias[output] + x[row, k] * weight[output, k] + ...}
     * for k from first to last.
     *
     * @param bias as long as the outputs rounded up to whole panels
     * @param y {@code [rows, yStride]}, the stride at least the outputs rounded up to whole panels
     */
    default void multiply(int firstPanel, int panels, PackedRows x, float[] bias, float[] y, int yStride) {
        var tiles = x.tiles();
        var firstOutput = firstPanel * Panels.OUTPUTS;
        for (var k = 0; k < inputs(); k += DEPTH) {
            var depth = Math.min(DEPTH, inputs() - k);
            for (var tile = 0; tile < tiles.count(); tile++) {
                var rows = tiles.rows(tile);
                var yOffset = tiles.firstRow(tile) * yStride + firstOutput;
                multiplyTile(
                        firstPanel,
                        panels,
                        k,
                        depth,
                        x.values(),
                        tiles.firstRow(tile) * inputs() + k * rows,
                        rows,
                        k == 0 ? bias : y,
                        k == 0 ? firstOutput : yOffset,
                        k == 0 ? 0 : yStride,
                        y,
                        yOffset,
                        yStride);
            }
        }
    }

    /** One call of a kernel; parameters as there. */
    void multiplyTile(
            int firstPanel,
            int panels,
            int firstInput,
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

    /** @throws IllegalArgumentException if the matrix does not fit an array */
    static int elements(int outputs, int inputs, int elementsPerInput) {
        long elements = (long) Panels.count(outputs) * inputs * elementsPerInput;
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a matrix of " + outputs + " x " + inputs + " takes an array of "
                    + elements + " elements, the most is " + (Integer.MAX_VALUE - 8));
        }
        return (int) elements;
    }
}
