package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import java.util.Optional;

/**
 * What the first block makes of a token before it looks at others: query, key and value before they are turned, and the
 * feed-forward's output. GPT-J adds no positions to its embeddings and runs feed-forward and attention side by side, so
 * all of it depends on the token's id alone and is computed once for each id that comes up.
 *
 * <p>Graef, Transformer tricks: Precomputing the first layer, 2024.
 */
final class FirstBlock {
    /** Beyond, the memory is better spent otherwise: GPT-J-6B would take 3.3 GB to spare a step one of 28 blocks. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int PARTS = 4;

    private final int width;
    /** {@code [id, part, width]} */
    private final float[] rows;

    private final boolean[] known;

    private FirstBlock(GptjConfig config) {
        width = config.width();
        rows = new float[config.vocabularySize() * PARTS * width];
        known = new boolean[config.vocabularySize()];
    }

    /** None for a model of many tokens and a large width, and where the first block is the last as well. */
    static Optional<FirstBlock> of(GptjConfig config) {
        return bytes(config) == 0 ? Optional.empty() : Optional.of(new FirstBlock(config));
    }

    /** Memory that it takes, 0 where there is none. */
    static long bytes(GptjConfig config) {
        var bytes = (long) config.vocabularySize() * PARTS * config.width() * Float.BYTES;
        return config.layers() == 1 || bytes > MOST_BYTES ? 0 : bytes;
    }

    boolean knows(int id) {
        return known[id];
    }

    /** Takes a row of the activations for an id. */
    void learn(int id, int row, Activations from) {
        var at = id * PARTS * width;
        System.arraycopy(from.query, row * from.stride, rows, at, width);
        System.arraycopy(from.key, row * from.stride, rows, at + width, width);
        System.arraycopy(from.value, row * from.stride, rows, at + 2 * width, width);
        System.arraycopy(from.feedForward, row * from.stride, rows, at + 3 * width, width);
        known[id] = true;
    }

    /** Writes what is known of an id to a row of the activations. */
    void recall(int id, Activations to, int row) {
        var at = id * PARTS * width;
        System.arraycopy(rows, at, to.query, row * to.stride, width);
        System.arraycopy(rows, at + width, to.key, row * to.stride, width);
        System.arraycopy(rows, at + 2 * width, to.value, row * to.stride, width);
        System.arraycopy(rows, at + 3 * width, to.feedForward, row * to.stride, width);
    }
}
