package io.meshtransformer.xla.runtime;

/** The upper half of an fp32. */
final class BFloat16 {
    private static final int ROUND = 0x7fff;
    private static final short QUIET = 0x40;

    private BFloat16() {}

    /** Bits of the nearest, ties to even; a NaN stays one. */
    static short of(float value) {
        var bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | QUIET);
        }
        return (short) (bits + ROUND + (bits >>> 16 & 1) >>> 16);
    }
}
