package io.meshtransformer.xla.djl;

import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** What a caller put into a buffer of {@code java.nio}, as an array. */
final class HostBytes {
    private HostBytes() {}

    /**
     * Copies a buffer's remaining elements; it is not moved. A {@code ByteBuffer} holds any type as its bytes, in the
     * machine's order whatever order it is set to, as in DJL's other engines.
     *
     * @throws IllegalArgumentException if the buffer is of another type, or has fewer or more elements than the shape
     */
    static HostArray read(Buffer data, Shape shape) {
        HostArray.requireFit(shape);
        var width = data instanceof ByteBuffer ? 1 : elementBytes(data);
        if (!accepts(shape.elementType(), data)) {
            throw new IllegalArgumentException(
                    "a " + kind(data) + " does not hold elements of " + ElementTypes.describe(shape));
        }
        if ((long) data.remaining() * width != shape.bytes()) {
            throw new IllegalArgumentException(ElementTypes.describe(shape) + " has " + shape.bytes() / width
                    + (width == 1 ? " bytes" : " elements") + ", the " + kind(data) + " has " + data.remaining());
        }
        var bytes = new byte[(int) shape.bytes()];
        copy(data, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        if (shape.elementType() == ElementType.PRED) {
            requireTruth(bytes);
        }
        return new HostArray(shape, bytes);
    }

    private static boolean accepts(ElementType type, Buffer data) {
        return switch (data) {
            case ByteBuffer _ -> true;
            case FloatBuffer _ -> type == ElementType.F32;
            case DoubleBuffer _ -> type == ElementType.F64;
            case ShortBuffer _ -> type.bytes() == Short.BYTES;
            case IntBuffer _ -> type == ElementType.S32 || type == ElementType.U32;
            case LongBuffer _ -> type == ElementType.S64 || type == ElementType.U64;
            case CharBuffer _ -> false;
        };
    }

    private static int elementBytes(Buffer data) {
        return switch (data) {
            case ByteBuffer _ -> Byte.BYTES;
            case ShortBuffer _, CharBuffer _ -> Short.BYTES;
            case FloatBuffer _, IntBuffer _ -> Integer.BYTES;
            case DoubleBuffer _, LongBuffer _ -> Long.BYTES;
        };
    }

    private static void copy(Buffer data, ByteBuffer target) {
        switch (data.duplicate()) {
            case ByteBuffer bytes -> target.put(bytes);
            case FloatBuffer floats -> target.asFloatBuffer().put(floats);
            case DoubleBuffer doubles -> target.asDoubleBuffer().put(doubles);
            case ShortBuffer shorts -> target.asShortBuffer().put(shorts);
            case IntBuffer ints -> target.asIntBuffer().put(ints);
            case LongBuffer longs -> target.asLongBuffer().put(longs);
            case CharBuffer chars -> target.asCharBuffer().put(chars);
        }
    }

    private static void requireTruth(byte[] bytes) {
        for (var value : bytes) {
            if (value != 0 && value != 1) {
                throw new IllegalArgumentException("a boolean is 0 or 1, not " + value);
            }
        }
    }

    private static String kind(Buffer data) {
        return switch (data) {
            case ByteBuffer _ -> "ByteBuffer";
            case FloatBuffer _ -> "FloatBuffer";
            case DoubleBuffer _ -> "DoubleBuffer";
            case ShortBuffer _ -> "ShortBuffer";
            case IntBuffer _ -> "IntBuffer";
            case LongBuffer _ -> "LongBuffer";
            case CharBuffer _ -> "CharBuffer";
        };
    }
}
