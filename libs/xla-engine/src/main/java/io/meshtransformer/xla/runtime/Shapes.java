package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.stablehlo.type.TensorType;

/** Types of a program as those of its buffers. */
public final class Shapes {
    private Shapes() {}

    public static Shape of(TensorType type) {
        return new Shape(elements(type.elementType()), type.shape().dimensions());
    }

    private static ElementType elements(io.meshtransformer.stablehlo.type.ElementType type) {
        return switch (type) {
            case I1 -> ElementType.PRED;
            case I8 -> ElementType.S8;
            case I32 -> ElementType.S32;
            case I64 -> ElementType.S64;
            case UI8 -> ElementType.U8;
            case UI32 -> ElementType.U32;
            case UI64 -> ElementType.U64;
            case BF16 -> ElementType.BF16;
            case F16 -> ElementType.F16;
            case F32 -> ElementType.F32;
            case F64 -> ElementType.F64;
        };
    }
}
