package io.meshtransformer.xla.djl;

import io.meshtransformer.pjrt.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Elements of one type as those of another. Reals are rounded to nearest even; a real becomes an integer without its
 * fraction; an integer that is too wide loses its upper bits; whatever is not zero is true.
 */
final class ElementConversion {
    private static final double TWO_TO_63 = 0x1p63;

    private ElementConversion() {}

    /** @throws UnsupportedOperationException for complex numbers and fp8 */
    static byte[] convert(byte[] from, ElementType source, ElementType target) {
        var count = from.length / source.bytes();
        var input = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        var output =
                ByteBuffer.allocate(Math.multiplyExact(count, target.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        var exact = isInteger(source) && isInteger(target);
        for (var index = 0; index < count; index++) {
            if (exact) {
                writeInteger(output, target, readInteger(input, source));
            } else {
                writeReal(output, target, readReal(input, source));
            }
        }
        return output.array();
    }

    /** A number as an element. */
    static byte[] of(Number number, ElementType type) {
        var wide = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        var integer = number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte;
        if (integer) {
            return convert(wide.putLong(number.longValue()).array(), ElementType.S64, type);
        }
        return convert(wide.putDouble(number.doubleValue()).array(), ElementType.F64, type);
    }

    private static boolean isInteger(ElementType type) {
        return switch (type) {
            case PRED, S8, S16, S32, S64, U8, U16, U32, U64 -> true;
            case F16, F32, F64, BF16, C64, C128, F8E5M2, F8E4M3FN -> false;
        };
    }

    private static long readInteger(ByteBuffer input, ElementType type) {
        return switch (type) {
            case S8 -> input.get();
            case PRED, U8 -> Byte.toUnsignedLong(input.get());
            case S16 -> input.getShort();
            case U16 -> Short.toUnsignedLong(input.getShort());
            case S32 -> input.getInt();
            case U32 -> Integer.toUnsignedLong(input.getInt());
            case S64, U64 -> input.getLong();
            case F16, F32, F64, BF16, C64, C128, F8E5M2, F8E4M3FN -> throw unsupported(type);
        };
    }

    private static double readReal(ByteBuffer input, ElementType type) {
        return switch (type) {
            case F64 -> input.getDouble();
            case F32 -> input.getFloat();
            case F16 -> Float.float16ToFloat(input.getShort());
            case BF16 -> bf16ToFloat(input.getShort());
            case U64 -> unsignedToReal(input.getLong());
            case PRED, S8, S16, S32, S64, U8, U16, U32 -> readInteger(input, type);
            case C64, C128, F8E5M2, F8E4M3FN -> throw unsupported(type);
        };
    }

    private static void writeInteger(ByteBuffer output, ElementType type, long value) {
        switch (type) {
            case PRED -> output.put((byte) (value == 0 ? 0 : 1));
            case S8, U8 -> output.put((byte) value);
            case S16, U16 -> output.putShort((short) value);
            case S32, U32 -> output.putInt((int) value);
            case S64, U64 -> output.putLong(value);
            case F16, F32, F64, BF16, C64, C128, F8E5M2, F8E4M3FN -> throw unsupported(type);
        }
    }

    private static void writeReal(ByteBuffer output, ElementType type, double value) {
        switch (type) {
            case F64 -> output.putDouble(value);
            case F32 -> output.putFloat((float) value);
            case F16 -> output.putShort(Float.floatToFloat16((float) value));
            case BF16 -> output.putShort(floatToBf16((float) value));
            case PRED -> output.put((byte) (value == 0 ? 0 : 1));
            case U64 -> output.putLong(value >= TWO_TO_63 ? (long) (value - TWO_TO_63) ^ Long.MIN_VALUE : (long) value);
            case S8, S16, S32, S64, U8, U16, U32 -> writeInteger(output, type, (long) value);
            case C64, C128, F8E5M2, F8E4M3FN -> throw unsupported(type);
        }
    }

    static float bf16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }

    private static short floatToBf16(float value) {
        var bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> Short.SIZE | 0x40);
        }
        var odd = bits >>> Short.SIZE & 1;
        return (short) (bits + 0x7fff + odd >>> Short.SIZE);
    }

    private static double unsignedToReal(long value) {
        return value >= 0 ? value : (value >>> 1 | value & 1) * 2.0;
    }

    private static UnsupportedOperationException unsupported(ElementType type) {
        return new UnsupportedOperationException("elements of type " + type + " are not converted");
    }
}
