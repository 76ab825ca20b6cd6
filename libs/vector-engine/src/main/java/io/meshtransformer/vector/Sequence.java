package io.meshtransformer.vector;

/** A sequence's length and the blocks of the KV cache that hold it. */
final class Sequence {
    private final int[] blocks;
    private int blockCount;
    private int length;

    Sequence(int mostBlocks) {
        blocks = new int[mostBlocks];
    }

    int length() {
        return length;
    }

    void length(int newLength) {
        length = newLength;
    }

    int blocks() {
        return blockCount;
    }

    int block(int index) {
        return blocks[index];
    }

    int lastBlock() {
        return blocks[blockCount - 1];
    }

    /** Whether the next token goes into a block that is begun. */
    boolean endsWithinBlock() {
        return length % KvCache.BLOCK_TOKENS != 0;
    }

    void append(int block) {
        blocks[blockCount++] = block;
    }

    int removeLast() {
        return blocks[--blockCount];
    }
}
