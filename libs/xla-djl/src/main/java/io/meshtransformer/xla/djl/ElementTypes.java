package io.meshtransformer.xla.djl;

import ai.djl.ndarray.types.DataType;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import java.util.Arrays;

/** DJL's names for XLA's element types and shapes. */
final class ElementTypes {
    private ElementTypes() {}

    /** {@code UNKNOWN} for what DJL has no word for: such an array can be passed on to a program, and read as bytes. */
    static DataType of(ElementType type) {
        return switch (type) {
            case PRED -> DataType.BOOLEAN;
            case S8 -> DataType.INT8;
            case S16 -> DataType.INT16;
            case S32 -> DataType.INT32;
            case S64 -> DataType.INT64;
            case U8 -> DataType.UINT8;
            case U16 -> DataType.UINT16;
            case U32 -> DataType.UINT32;
            case U64 -> DataType.UINT64;
            case F16 -> DataType.FLOAT16;
            case F32 -> DataType.FLOAT32;
            case F64 -> DataType.FLOAT64;
            case BF16 -> DataType.BFLOAT16;
            case C64 -> DataType.COMPLEX64;
            case C128, F8E5M2, F8E4M3FN -> DataType.UNKNOWN;
        };
    }

    /** @throws IllegalArgumentException for strings and unknown types, which no device computes with */
    static ElementType of(DataType type) {
        return Arrays.stream(ElementType.values())
                .filter(element -> of(element) == type && type != DataType.UNKNOWN)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an XLA array cannot hold elements of type " + type));
    }

    static ai.djl.ndarray.types.Shape of(Shape shape) {
        return new ai.djl.ndarray.types.Shape(
                shape.dimensions().stream().mapToLong(Long::longValue).toArray());
    }

    static Shape of(ElementType type, ai.djl.ndarray.types.Shape shape) {
        return Shape.of(type, shape.getShape());
    }

    /** A shape in DJL's words, for messages: {@code float32(4, 16)}. */
    static String describe(Shape shape) {
        return of(shape.elementType()) + of(shape).toString();
    }
}
