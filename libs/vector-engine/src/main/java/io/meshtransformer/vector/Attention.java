package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.vector.kernel.AttentionKernels;
import io.meshtransformer.vector.kernel.RowKernels;
import java.util.Arrays;

/**
 * Causal self-attention of one head over one chunk: turn queries and keys, remember keys and values, then for every
 * query {@code softmax(q k / sqrt(headWidth)) v}. Belongs to one thread, for its scratch memory.
 */
final class Attention {
    private static final int BLOCK = AttentionKernels.BLOCK;
    private static final int QUERIES = AttentionKernels.QUERIES;

    private final int headWidth;
    private final float scale;
    private final RotaryTable rotary;
    private final KvCache cache;
    private final AttentionKernels kernels;
    private final RowKernels rowKernels;

    private final int[] keyOffsets;
    private final int[] valueOffsets;
    private final int scoresStride;
    private final float[] scores;
    private final float[] packedQueries;
    private final int outputStride;
    private final float[] outputs;

    Attention(GptjConfig config, RotaryTable rotary, KvCache cache, AttentionKernels kernels, RowKernels rowKernels) {
        this.headWidth = config.headWidth();
        this.scale = 1f / (float) Math.sqrt(headWidth);
        this.rotary = rotary;
        this.cache = cache;
        this.kernels = kernels;
        this.rowKernels = rowKernels;
        // Kernels take several blocks at once and may run past a sequence's last one; what they find there is not used.
        var room = KvCache.blocks(config.contextLength()) + kernels.blocksAtOnce(1);
        this.keyOffsets = new int[room];
        this.valueOffsets = new int[room];
        this.scoresStride = room * BLOCK;
        this.scores = new float[QUERIES * scoresStride];
        this.packedQueries = new float[QUERIES * headWidth];
        this.outputStride = cache.paddedHeadWidth();
        this.outputs = new float[QUERIES * outputStride];
    }

    /** Turns keys in place, rows of {@code stride}, and remembers them with their values. */
    void remember(StepRows.Part part, int layer, int head, float[] key, float[] value, int stride) {
        var column = head * headWidth;
        locateBlocks(part, head);
        for (var i = 0; i < part.rows(); i++) {
            var at = (part.firstRow() + i) * stride + column;
            var position = part.firstPosition() + i;
            rotary.rotate(key, at, position);
            remember(layer, position, key, value, at);
        }
    }

    /** Gathers what queries see, once their part is remembered. Rows of {@code query} are {@code stride} long and turned in place. */
    void attend(StepRows.Queries queries, int layer, int head, float[] query, int stride, PackedRows attended) {
        var column = head * headWidth;
        locateBlocks(queries.part(), head);
        for (var i = 0; i < queries.rows(); ) {
            var together = i + QUERIES <= queries.rows() ? QUERIES : 1;
            var row = queries.firstRow() + i;
            var position = queries.firstPosition() + i;
            for (var q = 0; q < together; q++) {
                rotary.rotate(query, (row + q) * stride + column, position + q);
            }
            attend(layer, query, row * stride + column, stride, together, position);
            for (var q = 0; q < together; q++) {
                attended.put(row + q, column, outputs, q * outputStride, headWidth);
            }
            i += together;
        }
    }

    private void locateBlocks(StepRows.Part part, int head) {
        var blocks = KvCache.blocks(part.lastPosition() + 1);
        for (var i = 0; i < blocks; i++) {
            keyOffsets[i] = cache.keyOffset(part.sequence().block(i), head);
            valueOffsets[i] = cache.valueOffset(part.sequence().block(i), head);
        }
        Arrays.fill(keyOffsets, blocks, blocks + kernels.blocksAtOnce(1), keyOffsets[blocks - 1]);
    }

    private void remember(int layer, int position, float[] key, float[] value, int at) {
        var block = position / BLOCK;
        var token = position % BLOCK;
        var keys = cache.keys(layer);
        for (var d = 0; d < headWidth; d++) {
            keys[keyOffsets[block] + d * BLOCK + token] = key[at + d];
        }
        System.arraycopy(
                value, at, cache.values(layer), valueOffsets[block] + token * cache.paddedHeadWidth(), headWidth);
    }

    /** Consecutive queries, the first at {@code position}; each sees the tokens up to its own. */
    private void attend(int layer, float[] query, int at, int stride, int queries, int position) {
        var keys = cache.keys(layer);
        var values = cache.values(layer);
        for (var q = 0; q < queries; q++) {
            for (var d = 0; d < headWidth; d++) {
                packedQueries[d * queries + q] = query[at + q * stride + d];
            }
        }
        var blocks = KvCache.blocks(position + queries);
        for (var block = 0; block < blocks; block += kernels.blocksAtOnce(queries)) {
            kernels.scores(
                    queries, keys, keyOffsets, block, packedQueries, 0, headWidth, scores, block * BLOCK, scoresStride);
        }
        for (var q = 0; q < queries; q++) {
            rowKernels.softmax(scores, q * scoresStride, position + q + 1, scale);
        }
        Arrays.fill(outputs, 0f);
        // All queries go through the blocks that all of them see whole, then each through its own rest.
        var common = (position + 1) / BLOCK;
        for (var block = 0; block < common; block++) {
            weightedSum(queries, 0, values, block, BLOCK);
        }
        for (var q = 0; q < queries; q++) {
            for (var block = common; block * BLOCK <= position + q; block++) {
                weightedSum(1, q, values, block, Math.min(BLOCK, position + q + 1 - block * BLOCK));
            }
        }
    }

    private void weightedSum(int queries, int firstQuery, float[] values, int block, int tokens) {
        kernels.weightedSum(
                queries,
                values,
                valueOffsets[block],
                tokens,
                cache.paddedHeadWidth(),
                scores,
                firstQuery * scoresStride + block * BLOCK,
                scoresStride,
                outputs,
                firstQuery * outputStride,
                outputStride);
    }
}
