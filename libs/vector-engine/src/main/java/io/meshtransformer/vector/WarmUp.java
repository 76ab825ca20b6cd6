package io.meshtransformer.vector;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.vector.kernel.AttentionKernels;
import io.meshtransformer.vector.kernel.Kernels;
import io.meshtransformer.vector.kernel.Panels;

/**
 * Runs the kernels that the first requests need so often that the JVM compiles them, in the background, while the weights
 * are loaded. Interpreted, a kernel allocates each of its vectors and is a thousand times slower.
 */
final class WarmUp {
    private static final int DEPTH = 16;
    private static final int MOST_PANELS = 4;
    private static final int TOKENS = AttentionKernels.BLOCK;

    /** Calls after which the JVM's last compiler takes a method of a few loops, and some to spare. */
    private static final int CALLS = 1000;

    /** On a busy machine the requests to come are the better warm-up. */
    private static final long MOST_NANOS = 2_000_000_000L;

    private final Kernels kernels;
    private final long begin = System.nanoTime();

    private WarmUp(Kernels kernels) {
        this.kernels = kernels;
    }

    /** @param headWidth rounded up to a multiple of 16 */
    static void run(Kernels kernels, WeightFormat format, int headWidth) {
        var warmUp = new WarmUp(kernels);
        warmUp.matrices(format);
        warmUp.rows();
        warmUp.attention(headWidth);
    }

    private void often(Runnable kernel) {
        for (var call = 0; call < CALLS && System.nanoTime() - begin < MOST_NANOS; call++) {
            kernel.run();
        }
    }

    /** Decoding alone takes one row, prefill and large batches the highest tile. */
    private void matrices(WeightFormat format) {
        var outputs = MOST_PANELS * Panels.OUTPUTS;
        var matrix =
                switch (format) {
                    case FP32 -> new Fp32Matrix(outputs, DEPTH, kernels.fp32());
                    case BF16 -> new Bf16Matrix(outputs, DEPTH, kernels.bf16());
                };
        for (var rows : new int[] {1, matrix.mostRows()}) {
            var tiles = new RowTiles();
            tiles.layOut(rows, rows);
            var x = new PackedRows(rows, DEPTH, tiles);
            var bias = new float[outputs];
            var y = new float[rows * outputs];
            often(() -> matrix.multiply(0, matrix.panelsAtOnce(rows), x, bias, y, outputs));
        }
    }

    private void attention(int headWidth) {
        var attention = kernels.attention();
        for (var queries : new int[] {1, AttentionKernels.QUERIES}) {
            var blocks = attention.blocksAtOnce(queries);
            var keys = new float[DEPTH * TOKENS];
            var offsets = new int[blocks];
            var query = new float[DEPTH * queries];
            var stride = blocks * TOKENS;
            var scores = new float[queries * stride];
            often(() -> attention.scores(queries, keys, offsets, 0, query, 0, DEPTH, scores, 0, stride));
            var values = new float[TOKENS * headWidth];
            var output = new float[queries * headWidth];
            often(() -> attention.weightedSum(
                    queries, values, 0, TOKENS, headWidth, scores, 0, stride, output, 0, headWidth));
        }
    }

    private void rows() {
        var rows = kernels.rows();
        var width = 8 * DEPTH;
        var x = new float[width];
        var ones = new float[width];
        often(() -> {
            rows.layerNorm(x, 0, width, ones, ones, 1f, x, 0);
            rows.gelu(x, 0, width);
            rows.softmax(x, 0, width, 1f);
            rows.addBoth(x, 0, width, ones, 0, ones, 0);
        });
    }
}
