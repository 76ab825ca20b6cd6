package io.meshtransformer.vector.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At every vector width and height of a tile, an output is the chain of fused multiply-adds that it should be. */
class PanelKernelsTest {
    private static final int DEPTH = 37;
    private static final int PANELS = 7;
    private static final int SKIPPED_INPUTS = 3;

    @ParameterizedTest
    @EnumSource(VectorWidth.class)
    void everyFp32OutputIsOneChain(VectorWidth width) {
        var random = new Random(1);
        var kernels = width.kernels().fp32();
        var weights = floats(random, PANELS * (DEPTH + SKIPPED_INPUTS) * Panels.OUTPUTS);
        var panelStride = (DEPTH + SKIPPED_INPUTS) * Panels.OUTPUTS;
        for (var rows = 1; rows <= kernels.mostRows(); rows++) {
            for (var panels = 1; panels <= PANELS; panels++) {
                for (var start : Start.values()) {
                    var tile = new Tile(random, rows, panels, start);
                    var expected = tile.chains((panel, k, output) ->
                            weights[panel * panelStride + (SKIPPED_INPUTS + k) * Panels.OUTPUTS + output]);
                    kernels.multiply(
                            weights,
                            SKIPPED_INPUTS * Panels.OUTPUTS,
                            panelStride,
                            panels,
                            DEPTH,
                            tile.x,
                            Tile.X_OFFSET,
                            rows,
                            tile.start,
                            tile.startOffset,
                            tile.startStride,
                            tile.y,
                            Tile.Y_OFFSET,
                            tile.stride);
                    tile.assertIs(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(VectorWidth.class)
    void everyBf16OutputIsOneChain(VectorWidth width) {
        var random = new Random(2);
        var kernels = width.kernels().bf16();
        var weights = random.ints(PANELS * (DEPTH + SKIPPED_INPUTS) * Panels.HALF)
                // Exponents around one, so that nothing overflows and signs and mantissas are arbitrary.
                .map(bits -> 0x3f003f00 | bits & 0x80ff80ff)
                .toArray();
        var panelStride = (DEPTH + SKIPPED_INPUTS) * Panels.HALF;
        for (var rows = 1; rows <= kernels.mostRows(); rows++) {
            for (var panels = 1; panels <= PANELS; panels++) {
                for (var start : Start.values()) {
                    var tile = new Tile(random, rows, panels, start);
                    var expected = tile.chains((panel, k, output) -> {
                        var pair = weights[
                                panel * panelStride + (SKIPPED_INPUTS + k) * Panels.HALF + output % Panels.HALF];
                        return Float.intBitsToFloat(output < Panels.HALF ? pair << 16 : pair & 0xFFFF0000);
                    });
                    kernels.multiply(
                            weights,
                            SKIPPED_INPUTS * Panels.HALF,
                            panelStride,
                            panels,
                            DEPTH,
                            tile.x,
                            Tile.X_OFFSET,
                            rows,
                            tile.start,
                            tile.startOffset,
                            tile.startStride,
                            tile.y,
                            Tile.Y_OFFSET,
                            tile.stride);
                    tile.assertIs(expected);
                }
            }
        }
    }

    private static float[] floats(Random random, int count) {
        var values = new float[count];
        for (var i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private interface Weight {
        float at(int panel, int k, int output);
    }

    /** Where chains begin. */
    private enum Start {
        BIAS,
        OUTPUTS
    }

    /** Inputs and outputs of one call, the outputs with something before, behind and between the rows. */
    private static final class Tile {
        static final int X_OFFSET = 5;
        static final int Y_OFFSET = 11;
        static final int BIAS_OFFSET = 3;

        final int rows;
        final int panels;
        final int stride;
        final float[] x;
        final float[] y;
        final float[] start;
        final int startOffset;
        final int startStride;

        Tile(Random random, int rows, int panels, Start from) {
            this.rows = rows;
            this.panels = panels;
            this.stride = panels * Panels.OUTPUTS + 9;
            this.x = floats(random, X_OFFSET + DEPTH * rows);
            this.y = floats(random, Y_OFFSET + rows * stride);
            this.start = from == Start.BIAS ? floats(random, BIAS_OFFSET + panels * Panels.OUTPUTS) : y;
            this.startOffset = from == Start.BIAS ? BIAS_OFFSET : Y_OFFSET;
            this.startStride = from == Start.BIAS ? 0 : stride;
        }

        float[] chains(Weight weight) {
            var result = y.clone();
            for (var row = 0; row < rows; row++) {
                for (var output = 0; output < panels * Panels.OUTPUTS; output++) {
                    var at = Y_OFFSET + row * stride + output;
                    result[at] = start[startOffset + row * startStride + output];
                    for (var k = 0; k < DEPTH; k++) {
                        result[at] = Math.fma(
                                weight.at(output / Panels.OUTPUTS, k, output % Panels.OUTPUTS),
                                x[X_OFFSET + k * rows + row],
                                result[at]);
                    }
                }
            }
            return result;
        }

        void assertIs(float[] expected) {
            assertThat(Arrays.equals(y, expected))
                    .as("%d rows, %d panels", rows, panels)
                    .isTrue();
        }
    }
}
