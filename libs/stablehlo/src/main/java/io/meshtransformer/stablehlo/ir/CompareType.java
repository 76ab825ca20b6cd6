package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;

/** How elements are compared. */
public enum CompareType {
    /** As IEEE 754 compares: NaN is not equal to itself. */
    FLOAT,
    /** IEEE 754's total order: -NaN, -infinity ... -0, +0 ... infinity, NaN. */
    TOTALORDER,
    SIGNED,
    /** Also for truth values. */
    UNSIGNED;

    /** The usual one for elements of a type. */
    public static CompareType of(ElementType type) {
        if (type.isFloat()) {
            return FLOAT;
        }
        return type == ElementType.I1 || type.isUnsigned() ? UNSIGNED : SIGNED;
    }

    boolean takes(ElementType type) {
        return this == of(type) || this == TOTALORDER && type.isFloat();
    }
}
