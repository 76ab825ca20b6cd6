package io.meshtransformer.vector.kernel;

/**
 * The exponential function, made of operations whose results IEEE 754 fixes to the bit: fused multiply-add, subtraction,
 * integer shift and addition. The generated kernels do the same on vectors, so a lane and this scalar agree, and so do
 * interpreter, compilers and machines, which is not promised for {@link Math#exp} or the Vector API's own exponential.
 *
 * <p>{@code exp(x) = 2^n exp(r)} with {@code n = round(x / ln 2)} and {@code |r| <= ln 2 / 2}, where the Taylor polynomial
 * of degree 7 errs by less than 1e-8 relative. The whole is within 1.5 units in the last place.
 */
public final class Exponential {
    /** Smaller arguments are taken as this one; the result is 1.6e-38, still a normal number. */
    public static final float SMALLEST = -87f;

    /** Larger arguments are taken as this one; the result is 1.7e38. */
    public static final float LARGEST = 88f;

    static final float LOG2_E = 1.44269504f;

    /** Adding it rounds to an integer, which then stands in the low bits. */
    static final float ROUNDER = 0x1.8p23f;

    /** ln 2 in two parts, the first so short that its product with n is exact. */
    static final float LN2_HIGH = 0x1.62e4p-1f;

    static final float LN2_LOW = 0x1.7f7d1cp-20f;

    static final float C2 = 1f / 2;
    static final float C3 = 1f / 6;
    static final float C4 = 1f / 24;
    static final float C5 = 1f / 120;
    static final float C6 = 1f / 720;
    static final float C7 = 1f / 5040;

    private Exponential() {}

    public static float of(float x) {
        float limited = Math.min(Math.max(x, SMALLEST), LARGEST);
        float rounded = Math.fma(limited, LOG2_E, ROUNDER);
        float n = rounded - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, limited));
        float p = Math.fma(C7, r, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(rounded) << 23));
    }
}
