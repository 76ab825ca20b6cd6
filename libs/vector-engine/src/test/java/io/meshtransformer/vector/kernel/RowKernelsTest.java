package io.meshtransformer.vector.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels for rows give the same bits at every vector width, and the right values. */
class RowKernelsTest {
    private static final VectorWidth[] WIDTHS = VectorWidth.values();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 24, 40, 72, 250, 4096})
    void layerNormIsTheSameAtEveryWidthAndRight(int width) {
        var x = gaussians(new Random(width), width + 3, 5);
        var gain = gaussians(new Random(width + 1), width, 1);
        var bias = gaussians(new Random(width + 2), width, 1);
        var results = new float[WIDTHS.length][width + 2];
        for (var i = 0; i < WIDTHS.length; i++) {
            WIDTHS[i].kernels().rows().layerNorm(x, 3, width, gain, bias, 1e-5f, results[i], 2);
            assertThat(bits(results[i])).isEqualTo(bits(results[0]));
        }
        var mean = 0.0;
        for (var i = 0; i < width; i++) {
            mean += x[3 + i] / (double) width;
        }
        var variance = 0.0;
        for (var i = 0; i < width; i++) {
            variance += (x[3 + i] - mean) * (x[3 + i] - mean) / width;
        }
        for (var i = 0; i < width; i++) {
            assertThat((double) results[0][2 + i])
                    .isCloseTo((x[3 + i] - mean) / Math.sqrt(variance + 1e-5) * gain[i] + bias[i], within(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 17, 31, 48, 100, 2048})
    void softmaxIsTheSameAtEveryWidthAndRight(int width) {
        var scores = gaussians(new Random(width), (width + 15) / 16 * 16, 20);
        scores[width / 2] = 300;
        // What lies behind the scores is whatever was there before.
        Arrays.fill(scores, width, scores.length, Float.NaN);
        var results = new float[WIDTHS.length][];
        for (var i = 0; i < WIDTHS.length; i++) {
            results[i] = scores.clone();
            WIDTHS[i].kernels().rows().softmax(results[i], 0, width, 0.25f);
            assertThat(bits(results[i])).isEqualTo(bits(results[0]));
        }
        var sum = 0.0;
        for (var i = 0; i < width; i++) {
            sum += Math.exp((scores[i] - 300.0) / 4);
        }
        for (var i = 0; i < width; i++) {
            assertThat((double) results[0][i]).isCloseTo(Math.exp((scores[i] - 300.0) / 4) / sum, within(1e-6));
        }
        for (var i = width; i < results[0].length; i++) {
            assertThat(results[0][i]).isZero();
        }
    }

    @Test
    void geluIsTheSameAtEveryWidthAndRight() {
        var x = new float[2001];
        for (var i = 0; i < x.length; i++) {
            x[i] = (i - 1000) / 50f;
        }
        var results = new float[WIDTHS.length][];
        for (var i = 0; i < WIDTHS.length; i++) {
            results[i] = x.clone();
            WIDTHS[i].kernels().rows().gelu(results[i], 0, x.length);
            assertThat(bits(results[i])).isEqualTo(bits(results[0]));
        }
        for (var i = 0; i < x.length; i++) {
            double v = x[i];
            var expected = 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            assertThat((double) results[0][i]).isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(v))));
        }
    }

    @Test
    void bothBranchesAreAddedTheSameWayAtEveryWidth() {
        var a = gaussians(new Random(1), 77, 1);
        var b = gaussians(new Random(2), 77, 1);
        for (var width : WIDTHS) {
            var x = gaussians(new Random(3), 77, 1);
            width.kernels().rows().addBoth(x, 1, 75, a, 2, b, 0);
            var expected = gaussians(new Random(3), 77, 1);
            for (var i = 0; i < 75; i++) {
                expected[1 + i] += a[2 + i] + b[i];
            }
            assertThat(bits(x)).isEqualTo(bits(expected));
        }
    }

    @Test
    void theExponentialIsWithinOneAndAHalfUnitsInTheLastPlace() {
        var worst = 0.0;
        for (var i = 0; i <= 2_000_000; i++) {
            var x = Exponential.SMALLEST + i * (Exponential.LARGEST - Exponential.SMALLEST) / 2_000_000;
            var exact = StrictMath.exp(x);
            worst = Math.max(worst, Math.abs(Exponential.of(x) - exact) / Math.ulp((float) exact));
        }
        assertThat(worst).isLessThan(1.5);
        assertThat(Exponential.of(Float.NEGATIVE_INFINITY)).isEqualTo(Exponential.of(Exponential.SMALLEST));
        assertThat(Exponential.of(0)).isEqualTo(1);
        assertThat(Exponential.of(Float.NaN)).isNaN();
    }

    private static float[] gaussians(Random random, int count, double scale) {
        var values = new float[count];
        for (var i = 0; i < count; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private static int[] bits(float[] values) {
        var bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }
}
