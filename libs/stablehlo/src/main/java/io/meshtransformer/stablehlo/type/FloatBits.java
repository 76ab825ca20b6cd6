package io.meshtransformer.stablehlo.type;

/** Floats as the bits of their types, rounded once. */
final class FloatBits {
    private FloatBits() {}

    static long of(ElementType type, double value) {
        return switch (type) {
            case F64 -> Double.doubleToRawLongBits(value);
            case F32 -> Float.floatToRawIntBits((float) value) & 0xffff_ffffL;
            case F16 -> Float.floatToFloat16(roundedToOdd(value)) & 0xffffL;
            case BF16 -> bfloat16(roundedToOdd(value));
            case I1, I8, I32, I64, UI8, UI32, UI64 -> throw new IllegalArgumentException(type + " is no float type");
        };
    }

    static double value(ElementType type, long bits) {
        return switch (type) {
            case F64 -> Double.longBitsToDouble(bits);
            case F32 -> Float.intBitsToFloat((int) bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat((int) bits << 16);
            case I1, I8, I32, I64, UI8, UI32, UI64 -> throw new IllegalArgumentException(type + " is no float type");
        };
    }

    /** Rounding twice to the nearest may miss the nearest; rounding to odd first does not. */
    private static float roundedToOdd(double value) {
        var nearest = (float) value;
        if (Double.isNaN(value) || nearest == value) {
            return nearest;
        }
        var bits = Float.floatToRawIntBits(nearest);
        return Float.intBitsToFloat((Math.abs((double) nearest) > Math.abs(value) ? bits - 1 : bits) | 1);
    }

    private static long bfloat16(float value) {
        var bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return bits >>> 16 | 0x40L;
        }
        return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    }
}
