package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;

/** Element types that an operation takes. */
public enum Domain {
    ANY("any type"),
    NUMBER("an integer or float type"),
    SIGNED("a signed integer or float type"),
    FLOAT("a float type"),
    INTEGER("an integer type"),
    LOGICAL("i1 or an integer type");

    private final String text;

    Domain(String text) {
        this.text = text;
    }

    public boolean contains(ElementType type) {
        return switch (this) {
            case ANY -> true;
            case NUMBER -> type.isFloat() || type.isInteger();
            case SIGNED -> type.isFloat() || type.isInteger() && !type.isUnsigned();
            case FLOAT -> type.isFloat();
            case INTEGER -> type.isInteger();
            case LOGICAL -> !type.isFloat();
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
