package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineCapacityException;
import io.meshtransformer.vector.kernel.AttentionKernels;
import java.util.List;

/**
 * Rotated keys and values of all sequences, fp32, in blocks of {@link #BLOCK_TOKENS} tokens that are handed out from one
 * pool. A fork shares its parent's blocks; who appends to a shared block copies it first.
 *
 * <p>In each layer a block's keys are {@code [head, dimension, token]} and its values {@code [head, token, dimension]},
 * dimensions of the values rounded up to a multiple of 16.
 */
final class KvCache {
    static final int BLOCK_TOKENS = AttentionKernels.BLOCK;

    private final GptjConfig config;
    private final int paddedHeadWidth;
    private final BlockPool pool;
    private final Sequence[] sequences;
    private final float[][] keys;
    private final float[][] values;

    KvCache(GptjConfig config, int slots, int kvTokens) {
        if (kvTokens > mostTokens(config)) {
            throw new IllegalArgumentException("kvTokens is " + kvTokens + ", the most for a model of width "
                    + config.width() + " is " + mostTokens(config));
        }
        this.config = config;
        this.paddedHeadWidth = paddedHeadWidth(config);
        this.pool = new BlockPool(blocks(kvTokens));
        this.sequences = new Sequence[slots];
        this.keys = new float[config.layers()][pool.size() * keyBlock()];
        this.values = new float[config.layers()][pool.size() * valueBlock()];
    }

    static int blocks(int tokens) {
        return (tokens + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
    }

    private static int paddedHeadWidth(GptjConfig config) {
        return (config.headWidth() + 15) / 16 * 16;
    }

    /** Memory that a token takes, over all layers. */
    static long bytesPerToken(GptjConfig config) {
        return (long) Float.BYTES * config.layers() * config.heads() * (config.headWidth() + paddedHeadWidth(config));
    }

    /** Tokens whose values in one layer fit an array. */
    static int mostTokens(GptjConfig config) {
        var most = (Integer.MAX_VALUE - 8) / (config.heads() * paddedHeadWidth(config));
        return most / BLOCK_TOKENS * BLOCK_TOKENS;
    }

    int tokens() {
        return pool.size() * BLOCK_TOKENS;
    }

    int freeTokens() {
        return pool.free() * BLOCK_TOKENS;
    }

    int paddedHeadWidth() {
        return paddedHeadWidth;
    }

    float[] keys(int layer) {
        return keys[layer];
    }

    float[] values(int layer) {
        return values[layer];
    }

    private int keyBlock() {
        return config.width() * BLOCK_TOKENS;
    }

    private int valueBlock() {
        return config.heads() * paddedHeadWidth * BLOCK_TOKENS;
    }

    /** Where a head's keys of a block begin. */
    int keyOffset(int block, int head) {
        return block * keyBlock() + head * config.headWidth() * BLOCK_TOKENS;
    }

    /** Where a head's values of a block begin. */
    int valueOffset(int block, int head) {
        return block * valueBlock() + head * paddedHeadWidth * BLOCK_TOKENS;
    }

    int open() {
        for (var slot = 0; slot < sequences.length; slot++) {
            if (sequences[slot] == null) {
                sequences[slot] = new Sequence(blocks(config.contextLength()));
                return slot;
            }
        }
        throw new EngineCapacityException("all " + sequences.length + " slots are taken");
    }

    int fork(int slot, int length) {
        var parent = sequence(slot);
        requireLength(slot, parent, length);
        var fork = open();
        for (var i = 0; i < blocks(length); i++) {
            pool.share(parent.block(i));
            sequences[fork].append(parent.block(i));
        }
        sequences[fork].length(length);
        return fork;
    }

    void truncate(int slot, int length) {
        var sequence = sequence(slot);
        requireLength(slot, sequence, length);
        while (sequence.blocks() > blocks(length)) {
            pool.release(sequence.removeLast());
        }
        sequence.length(length);
    }

    void free(int slot) {
        truncate(slot, 0);
        sequences[slot] = null;
    }

    /** @throws IllegalArgumentException if no sequence lives there */
    Sequence sequence(int slot) {
        if (slot < 0 || slot >= sequences.length || sequences[slot] == null) {
            throw new IllegalArgumentException(
                    "slot " + slot + " holds no sequence; there are slots 0 to " + (sequences.length - 1));
        }
        return sequences[slot];
    }

    private static void requireLength(int slot, Sequence sequence, int length) {
        if (length < 0 || length > sequence.length()) {
            throw new IllegalArgumentException(
                    "length " + length + " is not within the " + sequence.length() + " tokens of slot " + slot);
        }
    }

    /**
     * Gives each chunk's sequence blocks of its own for the tokens to come; lengths stay as they are.
     *
     * @throws EngineCapacityException if there are too few; then nothing has changed
     */
    void reserve(List<Chunk> chunks) {
        var needed = blocksNeeded(chunks);
        if (needed > pool.free()) {
            throw new EngineCapacityException("the step needs KV memory for " + needed * BLOCK_TOKENS + " more tokens, "
                    + freeTokens() + " of " + tokens() + " are free");
        }
        for (var chunk : chunks) {
            var sequence = sequence(chunk.slot());
            if (sequence.endsWithinBlock() && pool.shared(sequence.lastBlock())) {
                var shared = sequence.removeLast();
                var own = pool.take();
                copy(shared, own);
                pool.release(shared);
                sequence.append(own);
            }
            while (sequence.blocks() < blocks(sequence.length() + chunk.ids().length)) {
                sequence.append(pool.take());
            }
        }
    }

    /** Of several that append to one shared block, the last to come keeps it if no one else holds it. */
    private int blocksNeeded(List<Chunk> chunks) {
        var needed = 0;
        for (var i = 0; i < chunks.size(); i++) {
            var sequence = sequence(chunks.get(i).slot());
            needed += blocks(sequence.length() + chunks.get(i).ids().length) - sequence.blocks();
            if (sequence.endsWithinBlock()) {
                var copiesBefore = 0;
                for (var earlier : chunks.subList(0, i)) {
                    var other = sequence(earlier.slot());
                    if (other.endsWithinBlock() && other.lastBlock() == sequence.lastBlock()) {
                        copiesBefore++;
                    }
                }
                if (pool.holders(sequence.lastBlock()) - copiesBefore > 1) {
                    needed++;
                }
            }
        }
        return needed;
    }

    private void copy(int from, int to) {
        for (var layer = 0; layer < config.layers(); layer++) {
            System.arraycopy(keys[layer], from * keyBlock(), keys[layer], to * keyBlock(), keyBlock());
            System.arraycopy(values[layer], from * valueBlock(), values[layer], to * valueBlock(), valueBlock());
        }
    }
}
