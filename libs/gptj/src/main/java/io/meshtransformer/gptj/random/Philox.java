package io.meshtransformer.gptj.random;

/**
 * Philox4x32-10, a random generator without state: 128 random bits for every pair of a 64-bit key and a 128-bit counter.
 *
 * <p>Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, section 3.3 and table 2.
 */
public final class Philox {
    /** 32-bit words of one block of random bits. */
    public static final int WORDS = 4;

    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int KEY_STEP_0 = 0x9E3779B9;
    private static final int KEY_STEP_1 = 0xBB67AE85;

    private Philox() {}

    /**
     * Writes the {@value #WORDS} words of one block.
     *
     * @param counterLow the counter's first two words, the first in the low half
     * @param counterHigh the counter's last two words, the third in the low half
     */
    public static void block(long key, long counterLow, long counterHigh, int[] words, int offset) {
        var key0 = (int) key;
        var key1 = (int) (key >>> 32);
        var word0 = (int) counterLow;
        var word1 = (int) (counterLow >>> 32);
        var word2 = (int) counterHigh;
        var word3 = (int) (counterHigh >>> 32);
        for (var round = 0; round < ROUNDS; round++) {
            var product0 = MULTIPLIER_0 * (word0 & 0xFFFFFFFFL);
            var product1 = MULTIPLIER_1 * (word2 & 0xFFFFFFFFL);
            word0 = (int) (product1 >>> 32) ^ word1 ^ key0;
            word1 = (int) product1;
            word2 = (int) (product0 >>> 32) ^ word3 ^ key1;
            word3 = (int) product0;
            key0 += KEY_STEP_0;
            key1 += KEY_STEP_1;
        }
        words[offset] = word0;
        words[offset + 1] = word1;
        words[offset + 2] = word2;
        words[offset + 3] = word3;
    }

    /** A number from 0 to 1 exclusive, of 53 bits, from the first two words of one block. */
    public static double uniform(long key, long counterLow, long counterHigh) {
        var words = new int[WORDS];
        block(key, counterLow, counterHigh, words, 0);
        var bits = (long) (words[0] >>> 5) << 26 | words[1] >>> 6;
        return bits * 0x1p-53;
    }
}
