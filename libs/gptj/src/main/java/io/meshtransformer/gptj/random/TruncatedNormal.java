package io.meshtransformer.gptj.random;

/**
 * The standard normal distribution cut at two standard deviations and not rescaled, by its inverse distribution
 * function: a table, linear between its points. The cut keeps the function's slope small, so that 4,096 intervals give
 * it to 5e-6 at the ends and 1e-7 in the middle.
 */
final class TruncatedNormal {
    private static final double CUT = 2;
    private static final int INTERVAL_BITS = 12;
    private static final int FRACTION_BITS = Integer.SIZE - INTERVAL_BITS;
    private static final float FRACTION_STEP = 1f / (1 << FRACTION_BITS);

    /** Terms of the series for the distribution function; at the cut the last is below 1e-17. */
    private static final int TERMS = 60;

    /** Brings the cut's width of 4 below the step of an fp32. */
    private static final int BISECTIONS = 40;

    private static final float[] QUANTILES = quantiles();

    private TruncatedNormal() {}

    /** The value at 32 random bits, taken as an unsigned fraction of 2^32. */
    static float value(int bits) {
        var interval = bits >>> FRACTION_BITS;
        var fraction = (bits & (1 << FRACTION_BITS) - 1) * FRACTION_STEP;
        var low = QUANTILES[interval];
        return low + fraction * (QUANTILES[interval + 1] - low);
    }

    private static float[] quantiles() {
        var intervals = 1 << INTERVAL_BITS;
        var below = distribution(-CUT);
        var between = distribution(CUT) - below;
        var quantiles = new float[intervals + 1];
        for (var i = 0; i <= intervals; i++) {
            quantiles[i] = (float) quantile(below + between * i / intervals);
        }
        return quantiles;
    }

    /** Where the distribution function has a value, by bisection. */
    private static double quantile(double probability) {
        var low = -CUT;
        var high = CUT;
        for (var step = 0; step < BISECTIONS; step++) {
            var middle = (low + high) / 2;
            if (distribution(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** 1/2 + density(x) * (x + x^3/3 + x^5/(3*5) + ...): Abramowitz and Stegun 26.2.11. */
    private static double distribution(double x) {
        var term = x;
        var sum = x;
        for (var n = 1; n < TERMS; n++) {
            term *= x * x / (2 * n + 1);
            sum += term;
        }
        return 0.5 + sum * StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI);
    }
}
