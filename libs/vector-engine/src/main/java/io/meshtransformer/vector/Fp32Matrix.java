package io.meshtransformer.vector;

import io.meshtransformer.vector.kernel.Fp32Panels;
import io.meshtransformer.vector.kernel.Panels;

/** fp32 weights: {@code [panel, input, 32]}. */
final class Fp32Matrix implements Matrix {
    private final int outputs;
    private final int inputs;
    private final float[] weights;
    private final Fp32Panels kernels;

    Fp32Matrix(int outputs, int inputs, Fp32Panels kernels) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.weights = new float[Matrix.elements(outputs, inputs, Panels.OUTPUTS)];
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
        var begin = panel * inputs * Panels.OUTPUTS;
        for (var output = 0; output < Panels.OUTPUTS; output++) {
            for (var k = 0; k < inputs; k++) {
                weights[begin + k * Panels.OUTPUTS + output] = rows[output * inputs + k];
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
        var panelStride = inputs * Panels.OUTPUTS;
        kernels.multiply(
                weights,
                firstPanel * panelStride + firstInput * Panels.OUTPUTS,
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
