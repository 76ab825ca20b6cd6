package io.meshtransformer.vector;

import io.meshtransformer.gptj.safetensors.BFloat16;
import io.meshtransformer.vector.kernel.Bf16Panels;
import io.meshtransformer.vector.kernel.Panels;

/** bf16 weights, two in an int: {@code [panel, input, 16]}, output {@code j} in the low half and {@code j + 16} in the high. */
final class Bf16Matrix implements Matrix {
    private final int outputs;
    private final int inputs;
    private final int[] weights;
    private final Bf16Panels kernels;

    Bf16Matrix(int outputs, int inputs, Bf16Panels kernels) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.weights = new int[Matrix.elements(outputs, inputs, Panels.HALF)];
        this.kernels = kernels;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public int mostRows() {
        return kernels.mostRows();
    }

    @Override
    public int panelsAtOnce(int rows) {
        return kernels.panelsAtOnce(rows);
    }

    @Override
    public void setPanel(int panel, float[] rows) {
        var begin = panel * inputs * Panels.HALF;
        for (var low = 0; low < Panels.HALF; low++) {
            var high = low + Panels.HALF;
            for (var k = 0; k < inputs; k++) {
                weights[begin + k * Panels.HALF + low] = BFloat16.round(rows[low * inputs + k]) & 0xFFFF
                        | BFloat16.round(rows[high * inputs + k]) << Short.SIZE;
            }
        }
    }

    @Override
    public void multiplyTile(
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
            int yStride) {
        var panelStride = inputs * Panels.HALF;
        kernels.multiply(
                weights,
                firstPanel * panelStride + firstInput * Panels.HALF,
                panelStride,
                panels,
                depth,
                x,
                xOffset,
                rows,
                start,
                startOffset,
                startStride,
                y,
                yOffset,
                yStride);
    }
}
