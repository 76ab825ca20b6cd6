package io.meshtransformer.vector.kernel;

/**
 * The two products of attention against a paged KV cache. Keys lie transposed, so that a block is a panel whose outputs
 * are its tokens; values lie by token. Either way each result is one chain of fused multiply-adds: a score over the head's
 * dimensions, an output over the tokens.
 */
public interface AttentionKernels {
    /** Tokens in a block of the KV cache. */
    int BLOCK = 16;

    /** Queries that are best taken together; {@link #scores} and {@link #weightedSum} take one or this many. */
    int QUERIES = 4;

    /** Blocks that {@link #scores} takes at once. */
    int blocksAtOnce(int queries);

    /**
     * Dot products of queries with the keys of {@link #blocksAtOnce} blocks: {@code scores[query, block, token]}.
     *
     * @param keys each block {@code [dimension, 16]}, at {@code offsets[firstBlock]} and following
     * @param query {@code [dimension, query]} from {@code queryOffset} on, queries innermost
     * @param scores {@code [query, block, 16]} from {@code scoresOffset} on, queries {@code scoresStride} apart
     */
    void scores(
            int queries,
            float[] keys,
            int[] offsets,
            int firstBlock,
            float[] query,
            int queryOffset,
            int dimensions,
            float[] scores,
            int scoresOffset,
            int scoresStride);

    /**
     * Continues {@code output[query, dimension] += weights[query, token] * values[token, dimension]}.
     *
     * @param values {@code [token, paddedWidth]} from {@code valuesOffset} on
     * @param paddedWidth head width rounded up to a multiple of 16
     */
    void weightedSum(
            int queries,
            float[] values,
            int valuesOffset,
            int tokens,
            int paddedWidth,
            float[] weights,
            int weightsOffset,
            int weightsStride,
            float[] output,
            int outputOffset,
            int outputStride);
}
