package io.meshtransformer.gptj.safetensors;

/** bf16: the upper half of an fp32. */
public final class BFloat16 {
    private BFloat16() {}

    /** To nearest, ties to even; a NaN stays one. */
    public static short round(float value) {
        var bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> Short.SIZE | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
    }

    public static float widen(short value) {
        return Float.intBitsToFloat(value << Short.SIZE);
    }
}
