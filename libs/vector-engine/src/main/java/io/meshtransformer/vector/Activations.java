package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.vector.kernel.Panels;

/**
 * Memory of a step, allocated once. Rows of plain arrays are as long as their width rounded up to whole panels; what a
 * matrix reads is packed.
 */
final class Activations {
    /** Tiles of all rows, at the end of those whose logits are wanted. */
    final RowTiles tiles = new RowTiles();

    /** Length of a row of width {@code width}, and of one of the feed-forward. */
    final int stride;

    final int innerStride;
    final int logitStride;

    /** The residual stream x, {@code [rows, width]}. */
    final float[] residual;

    /** LayerNorm(x), which attention and feed-forward share, and the head's. */
    final PackedRows normed;

    final float[] query;
    final float[] key;
    final float[] value;

    /** What attention gathered for its output projection, and that projection. */
    final PackedRows attended;

    final float[] attention;

    /** The feed-forward's inner rows before and after they are packed, and its result. */
    final float[] inner;

    final PackedRows activated;
    final float[] feedForward;

    /** Of the rows whose logits are wanted, padded. */
    final float[] logits;

    Activations(GptjConfig config, VectorEngineOptions options) {
        var rows = options.stepTokens();
        var width = config.width();
        stride = Panels.padded(width);
        innerStride = Panels.padded(config.feedForwardWidth());
        logitStride = Panels.padded(config.vocabularySize());
        residual = rows(rows, stride);
        normed = new PackedRows(rows, width, tiles);
        query = rows(rows, stride);
        key = rows(rows, stride);
        value = rows(rows, stride);
        attended = new PackedRows(rows, width, tiles);
        attention = rows(rows, stride);
        inner = rows(rows, innerStride);
        activated = new PackedRows(rows, config.feedForwardWidth(), tiles);
        feedForward = rows(rows, stride);
        logits = rows(options.stepLogits(), logitStride);
    }

    private static float[] rows(int rows, int stride) {
        if ((long) rows * stride > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    rows + " rows of " + stride + " values do not fit an array: lower stepTokens or stepLogits");
        }
        return new float[rows * stride];
    }
}
