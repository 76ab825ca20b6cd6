package io.meshtransformer.gptj.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory of one write in progress: fp32 values on their way to the bytes of a type. */
public final class WriteBuffer {
    /** Most bytes that one call gives. */
    public static final int BYTES = 1 << 19;

    /** The largest finite value of a half type, plus half a step: from here on rounding gives infinity. */
    private static final float F16_OVERFLOW = 65520;

    private static final float BF16_OVERFLOW = Float.intBitsToFloat(0x7F7F8000);

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final short[] halves = new short[BYTES / Short.BYTES];

    /**
     * The bytes of {@code count} values, little-endian, rounded to nearest, ties to even. They are there until the next
     * call.
     *
     * @param tensor whose values they are, for the error
     * @throws IllegalArgumentException if a finite value would become infinite
     */
    public ByteBuffer narrow(String tensor, DataType type, float[] values, int from, int count) {
        bytes.clear();
        switch (type) {
            case F32 -> bytes.asFloatBuffer().put(values, from, count);
            case F16 -> {
                refuseOverflow(tensor, type, values, from, count, F16_OVERFLOW);
                for (var i = 0; i < count; i++) {
                    halves[i] = Float.floatToFloat16(values[from + i]);
                }
                bytes.asShortBuffer().put(halves, 0, count);
            }
            case BF16 -> {
                refuseOverflow(tensor, type, values, from, count, BF16_OVERFLOW);
                for (var i = 0; i < count; i++) {
                    halves[i] = BFloat16.round(values[from + i]);
                }
                bytes.asShortBuffer().put(halves, 0, count);
            }
            case BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, I16, U16, I32, U32, I64, U64, F64, C64 ->
                throw new IllegalArgumentException(
                        "tensor " + tensor + " is " + type + ", only F32, F16 and BF16 are written as weights");
        }
        return bytes.limit(count * type.bytes());
    }

    private static void refuseOverflow(
            String tensor, DataType type, float[] values, int from, int count, float overflow) {
        var largest = 0f;
        for (var i = 0; i < count; i++) {
            var magnitude = Math.abs(values[from + i]);
            largest = Float.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
        }
        if (largest >= overflow) {
            throw new IllegalArgumentException("tensor " + tensor + " has a value of magnitude " + largest
                    + ", which would become infinite in " + type);
        }
    }
}
