package io.meshtransformer.gptj.sampling;

/**
 * e^x for x at most 0, the same bits on every machine: additions and multiplications of Java's strict arithmetic alone.
 * {@code Math.exp} may differ between a JVM and a native executable, {@code StrictMath.exp} takes several times longer.
 *
 * <p>x = (256 k + j) ln 2 / 256 + r gives e^x = 2^k * 2^(j/256) * e^r with |r| below 0.0014, where five terms of the
 * series suffice. Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic",
 * ACM TOMS 15(2), 1989.
 */
final class Exponential {
    private static final int TABLE_BITS = 8;
    private static final int TABLE_SIZE = 1 << TABLE_BITS;

    /** Where e^x leaves the normal numbers; what is smaller counts as 0. */
    private static final double SMALLEST = -700;

    /** Adding it leaves a number rounded to an integer, in the low bits of the sum. */
    private static final double ROUNDER = 0x1.8p52;

    private static final double STEPS = TABLE_SIZE / 0.693147180559945309417;

    /** ln 2 / 256 in two parts; the first has so many zeros at its end that its product with a step number is exact. */
    private static final double STEP_HIGH = 6.93147180369123816490e-01 / TABLE_SIZE;

    private static final double STEP_LOW = 1.90821492927058770002e-10 / TABLE_SIZE;

    /** The bits of 2^(j/256). */
    private static final long[] POWERS = powers();

    private Exponential() {}

    /** @param x at most 0, or negative infinity */
    static double of(double x) {
        if (x < SMALLEST) {
            return 0;
        }
        var shifted = x * STEPS + ROUNDER;
        var bits = Double.doubleToRawLongBits(shifted);
        var steps = shifted - ROUNDER;
        var r = x - steps * STEP_HIGH - steps * STEP_LOW;
        var power = Double.longBitsToDouble(POWERS[(int) bits & TABLE_SIZE - 1] + (bits >> TABLE_BITS << 52));
        return power + power * (r + r * r * (0.5 + r * (1 / 6.0 + r * (1 / 24.0))));
    }

    private static long[] powers() {
        var powers = new long[TABLE_SIZE];
        for (var j = 0; j < TABLE_SIZE; j++) {
            powers[j] = Double.doubleToRawLongBits(StrictMath.pow(2, (double) j / TABLE_SIZE));
        }
        return powers;
    }
}
