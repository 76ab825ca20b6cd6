package io.meshtransformer.vector;

/** Hands out numbered blocks and counts who holds each. */
final class BlockPool {
    private final int[] holders;
    private final int[] free;
    private int freeCount;

    BlockPool(int size) {
        holders = new int[size];
        free = new int[size];
        // Low numbers go out first, so that memory is touched no further than it is needed.
        for (var block = size - 1; block >= 0; block--) {
            free[freeCount++] = block;
        }
    }

    int size() {
        return holders.length;
    }

    int free() {
        return freeCount;
    }

    /** A block for one holder. The caller has made sure that there is one. */
    int take() {
        var block = free[--freeCount];
        holders[block] = 1;
        return block;
    }

    void share(int block) {
        holders[block]++;
    }

    boolean shared(int block) {
        return holders[block] > 1;
    }

    int holders(int block) {
        return holders[block];
    }

    void release(int block) {
        if (--holders[block] == 0) {
            free[freeCount++] = block;
        }
    }
}
