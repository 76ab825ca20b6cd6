package io.meshtransformer.gptj.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory of one read in progress: bytes as they come from the file, and halves on their way to fp32. */
final class ReadBuffer {
    /** Large enough for the disk, small enough for a core's cache. */
    static final int BYTES = 1 << 19;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final short[] halves = new short[BYTES / Short.BYTES];

    ByteBuffer bytes() {
        return bytes;
    }

    /** Widens the first elements of the buffer; every F16 and BF16 value is an fp32 value, so nothing is rounded. */
    void widen(DataType type, int count, float[] target, int targetOffset) {
        var filled = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
        switch (type) {
            case F32 -> filled.asFloatBuffer().get(target, targetOffset, count);
            case F16 -> {
                filled.asShortBuffer().get(halves, 0, count);
                for (var i = 0; i < count; i++) {
                    target[targetOffset + i] = Float.float16ToFloat(halves[i]);
                }
            }
            case BF16 -> {
                filled.asShortBuffer().get(halves, 0, count);
                for (var i = 0; i < count; i++) {
                    target[targetOffset + i] = BFloat16.widen(halves[i]);
                }
            }
            case BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, I16, U16, I32, U32, I64, U64, F64, C64 ->
                throw new IllegalArgumentException("elements are " + type + ", only F32, F16 and BF16 are widened");
        }
    }
}
