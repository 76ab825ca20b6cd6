package io.meshtransformer.gptj.sampling;

import java.util.Arrays;

/**
 * Finds how far down one must go in a row, from the largest score, until the weights passed reach a target: a radix
 * selection over the bits of the scores. Linear in the row whatever its values, without sorting it.
 */
final class Selection {
    /** Three digits, 11 + 11 + 10 bits, most significant first; their bucket sums fit a first-level cache. */
    private static final int FIRST_SHIFT = 21;

    private static final int SECOND_SHIFT = 10;

    private final double[] sums = new double[1 << 11];
    private final int[] members;

    private int memberCount;
    private double above;

    Selection(int size) {
        members = new int[size];
    }

    /**
     * @param score of the last tokens that are needed
     * @param above weight of all tokens with a larger score; below the target
     */
    record Cut(float score, double above) {}

    /**
     * @param weights at least 0, not all 0; null for 1 each
     * @param target to be reached; where the weights fall short of it, the cut is at the smallest score that has a weight
     */
    Cut find(float[] scores, double[] weights, int count, double target) {
        above = 0;
        Arrays.fill(sums, 0);
        for (var i = 0; i < count; i++) {
            sums[key(scores[i]) >>> FIRST_SHIFT] += weights == null ? 1 : weights[i];
        }
        var first = bucket(target);

        memberCount = count;
        keepMembers(scores, first, FIRST_SHIFT, false);
        var second = first << FIRST_SHIFT - SECOND_SHIFT | nextDigit(scores, weights, SECOND_SHIFT, 11, target);

        keepMembers(scores, second, SECOND_SHIFT, true);
        var third = second << SECOND_SHIFT | nextDigit(scores, weights, 0, 10, target);
        return new Cut(score(third), above);
    }

    private int nextDigit(float[] scores, double[] weights, int shift, int bits, double target) {
        Arrays.fill(sums, 0);
        for (var at = 0; at < memberCount; at++) {
            var i = members[at];
            sums[key(scores[i]) >>> shift & (1 << bits) - 1] += weights == null ? 1 : weights[i];
        }
        return bucket(target);
    }

    /** The tokens whose keys begin with a prefix, from all or from the members so far. */
    private void keepMembers(float[] scores, int prefix, int shift, boolean fromMembers) {
        var kept = 0;
        for (var at = 0; at < memberCount; at++) {
            var i = fromMembers ? members[at] : at;
            members[kept] = i;
            // Counted, not branched to: which tokens belong to it is as good as random.
            kept += key(scores[i]) >>> shift == prefix ? 1 : 0;
        }
        memberCount = kept;
    }

    /** The bucket in which the target is reached; adds what lies above it to {@link #above}. */
    private int bucket(double target) {
        var bucket = -1;
        var aboveBucket = above;
        var passed = above;
        for (var at = sums.length - 1; at >= 0 && (bucket < 0 || passed < target); at--) {
            if (sums[at] > 0) {
                bucket = at;
                aboveBucket = passed;
                passed += sums[at];
            }
        }
        above = aboveBucket;
        return bucket;
    }

    /** Unsigned integers in the order of the numbers; negative zero becomes zero, which it equals. */
    private static int key(float score) {
        var bits = Float.floatToRawIntBits(score + 0f);
        return bits ^ (bits >> 31 | Integer.MIN_VALUE);
    }

    private static float score(int key) {
        return Float.intBitsToFloat(key ^ (~key >> 31 | Integer.MIN_VALUE));
    }
}
