package io.meshtransformer.training.data;

import io.meshtransformer.gptj.random.Philox;

/**
 * A random order of 0 to n - 1 that takes no memory: a balanced Feistel network over the next power of four, whose
 * results outside the range are sent through again until they are inside.
 *
 * <p>Luby, Rackoff: "How to construct pseudorandom permutations from pseudorandom functions", 1988; Black, Rogaway:
 * "Ciphers with arbitrary finite domains", 2002, for the walk. Round keys come from {@link Philox}.
 */
public final class Permutation {
    /** Four make it random for large ranges; small ones need more, and rounds are cheap. */
    private static final int ROUNDS = 8;

    private static final int MOST_HALF_BITS = 31;

    /** Halves of two bits reach some orders of a few numbers more often than others, whatever the rounds. */
    private static final int LEAST_HALF_BITS = 3;

    private final long key;
    private final long stream;
    private final long size;
    private final int halfBits;
    private final long halfMask;

    /**
     * @param key what the order depends on
     * @param stream tells orders of one key apart
     * @param size n, from 1 to 2^62
     */
    public Permutation(long key, long stream, long size) {
        if (size < 1 || size > 1L << 2 * MOST_HALF_BITS) {
            throw new IllegalArgumentException("a permutation of " + size + ": it must be from 1 to 2^62");
        }
        this.key = key;
        this.stream = stream;
        this.size = size;
        this.halfBits = Math.max(LEAST_HALF_BITS, Math.ceilDiv(Long.SIZE - Long.numberOfLeadingZeros(size - 1), 2));
        this.halfMask = (1L << halfBits) - 1;
    }

    /** @throws IndexOutOfBoundsException if the place is not from 0 to n - 1 */
    public long at(long place) {
        if (place < 0 || place >= size) {
            throw new IndexOutOfBoundsException("place " + place + " of " + size);
        }
        var words = new int[Philox.WORDS];
        var value = place;
        do {
            value = encipher(value, words);
        } while (value >= size);
        return value;
    }

    private long encipher(long value, int[] words) {
        var left = value >>> halfBits;
        var right = value & halfMask;
        for (var round = 0; round < ROUNDS; round++) {
            Philox.block(key, right | (long) round << MOST_HALF_BITS + 1, stream, words, 0);
            var next = left ^ words[0] & halfMask;
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
