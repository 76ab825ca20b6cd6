package io.meshtransformer.stablehlo.type;

/** Types of a tensor's elements, under the specification's names. */
public enum ElementType {
    /** A truth value. */
    I1("i1", 1, Kind.PREDICATE),
    I8("i8", 8, Kind.SIGNED),
    I32("i32", 32, Kind.SIGNED),
    I64("i64", 64, Kind.SIGNED),
    UI8("ui8", 8, Kind.UNSIGNED),
    UI32("ui32", 32, Kind.UNSIGNED),
    UI64("ui64", 64, Kind.UNSIGNED),
    /** The upper half of an IEEE 754 binary32. */
    BF16("bf16", 16, Kind.FLOAT),
    /** IEEE 754 binary16. */
    F16("f16", 16, Kind.FLOAT),
    F32("f32", 32, Kind.FLOAT),
    F64("f64", 64, Kind.FLOAT);

    private enum Kind {
        PREDICATE,
        SIGNED,
        UNSIGNED,
        FLOAT
    }

    private final String text;
    private final int bits;
    private final Kind kind;

    ElementType(String text, int bits, Kind kind) {
        this.text = text;
        this.bits = bits;
        this.kind = kind;
    }

    /** Bits of the value; an {@link #I1} takes a whole byte of a buffer all the same. */
    public int bits() {
        return bits;
    }

    /** Bytes of one element in a buffer. */
    public int bytes() {
        return Math.ceilDiv(bits, 8);
    }

    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** Signed or unsigned, but no truth value. */
    public boolean isInteger() {
        return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
    }

    public boolean isUnsigned() {
        return kind == Kind.UNSIGNED;
    }

    /** The specification's name, such as {@code bf16}. */
    @Override
    public String toString() {
        return text;
    }
}
