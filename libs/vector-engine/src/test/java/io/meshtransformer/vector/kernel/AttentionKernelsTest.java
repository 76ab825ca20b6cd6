package io.meshtransformer.vector.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At every vector width, a score is one chain over the dimensions and an output one chain over the tokens. */
class AttentionKernelsTest {
    private static final int BLOCK = AttentionKernels.BLOCK;

    @ParameterizedTest
    @EnumSource(VectorWidth.class)
    void everyScoreIsOneChain(VectorWidth width) {
        var random = new Random(3);
        var kernels = width.kernels().attention();
        var dimensions = 21;
        for (var queries : new int[] {1, AttentionKernels.QUERIES}) {
            var blocks = kernels.blocksAtOnce(queries);
            var keys = floats(random, 40 * BLOCK * dimensions);
            var offsets = random.ints(blocks + 2, 0, 39 * BLOCK * dimensions).toArray();
            var query = floats(random, 3 + queries * dimensions);
            var stride = blocks * BLOCK + 5;
            var scores = new float[7 + queries * stride];
            kernels.scores(queries, keys, offsets, 2, query, 3, dimensions, scores, 7, stride);
            for (var q = 0; q < queries; q++) {
                for (var token = 0; token < blocks * BLOCK; token++) {
                    var expected = 0f;
                    for (var d = 0; d < dimensions; d++) {
                        var key = keys[offsets[2 + token / BLOCK] + d * BLOCK + token % BLOCK];
                        expected = Math.fma(key, query[3 + d * queries + q], expected);
                    }
                    assertThat(scores[7 + q * stride + token]).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(VectorWidth.class)
    void everyOutputIsOneChain(VectorWidth width) {
        var random = new Random(4);
        var kernels = width.kernels().attention();
        for (var paddedWidth : IntStream.of(16, 48, 80, 256).toArray()) {
            for (var queries : new int[] {1, AttentionKernels.QUERIES}) {
                var tokens = 13;
                var values = floats(random, 6 + tokens * paddedWidth);
                var weights = floats(random, 2 + queries * 20);
                var output = floats(random, 9 + queries * (paddedWidth + 3));
                var expected = output.clone();
                for (var q = 0; q < queries; q++) {
                    for (var d = 0; d < paddedWidth; d++) {
                        var at = 9 + q * (paddedWidth + 3) + d;
                        for (var token = 0; token < tokens; token++) {
                            expected[at] = Math.fma(
                                    values[6 + token * paddedWidth + d], weights[2 + q * 20 + token], expected[at]);
                        }
                    }
                }
                kernels.weightedSum(
                        queries, values, 6, tokens, paddedWidth, weights, 2, 20, output, 9, paddedWidth + 3);
                assertThat(output).isEqualTo(expected);
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
}
