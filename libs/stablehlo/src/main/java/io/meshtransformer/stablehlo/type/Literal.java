package io.meshtransformer.stablehlo.type;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The value of a constant: one element for every place, or all of them in row-major order. Elements are kept as bits
 * of their type, so that a NaN stays the NaN it is.
 */
public final class Literal {
    private final TensorType type;
    private final long[] bits;

    private Literal(TensorType type, long[] bits) {
        this.type = requireNonNull(type, "type is null");
        this.bits = bits;
        var elements = type.shape().elements();
        if (bits.length != 1 && bits.length != elements) {
            throw new IllegalArgumentException(
                    "a literal of " + type + " takes 1 or " + elements + " values, not " + bits.length);
        }
    }

    /** One value at every place. A float is rounded to the type, to the nearest, ties to even. */
    public static Literal splat(TensorType type, double value) {
        return of(type, new double[] {value});
    }

    /** One integer at every place. */
    public static Literal splat(TensorType type, long value) {
        return of(type, new long[] {value});
    }

    public static Literal splat(TensorType type, boolean value) {
        requireType(type, type.elementType() == ElementType.I1, "truth values");
        return new Literal(type, new long[] {value ? 1 : 0});
    }

    /** Values that are rounded to the element type; an integer type takes whole numbers in its range. */
    public static Literal of(TensorType type, double... values) {
        var elementType = type.elementType();
        if (elementType.isFloat()) {
            return new Literal(
                    type,
                    Arrays.stream(values)
                            .mapToLong(value -> FloatBits.of(elementType, value))
                            .toArray());
        }
        for (var value : values) {
            requireType(type, value == Math.rint(value) && Math.abs(value) <= 0x1p53, value + " as an element");
        }
        return of(type, Arrays.stream(values).mapToLong(value -> (long) value).toArray());
    }

    /** Integers, or whole numbers for a float type. Those of {@code ui64} are read as unsigned. */
    public static Literal of(TensorType type, long... values) {
        var elementType = type.elementType();
        if (elementType.isFloat()) {
            return of(type, Arrays.stream(values).mapToDouble(value -> value).toArray());
        }
        for (var value : values) {
            requireType(type, inRange(elementType, value), value + " as an element");
        }
        return new Literal(type, values.clone());
    }

    public static Literal of(float[] values, long... dimensions) {
        var bits = IntStream.range(0, values.length)
                .mapToLong(i -> Float.floatToRawIntBits(values[i]) & 0xffff_ffffL)
                .toArray();
        return new Literal(TensorType.of(ElementType.F32, dimensions), bits);
    }

    public static Literal of(double[] values, long... dimensions) {
        return of(TensorType.of(ElementType.F64, dimensions), values);
    }

    public static Literal of(int[] values, long... dimensions) {
        return of(
                TensorType.of(ElementType.I32, dimensions),
                Arrays.stream(values).asLongStream().toArray());
    }

    public static Literal of(long[] values, long... dimensions) {
        return of(TensorType.of(ElementType.I64, dimensions), values);
    }

    public static Literal of(boolean[] values, long... dimensions) {
        var bits = IntStream.range(0, values.length)
                .mapToLong(i -> values[i] ? 1 : 0)
                .toArray();
        return new Literal(TensorType.of(ElementType.I1, dimensions), bits);
    }

    /** Elements given as the bits of their type, such as a {@code bf16} weight as it lies in a file. */
    public static Literal ofBits(TensorType type, long... bits) {
        var width = type.elementType().bits();
        for (var element : bits) {
            requireType(type, width == 64 || element >>> width == 0, "the bits 0x" + Long.toHexString(element));
        }
        return new Literal(type, bits.clone());
    }

    public TensorType type() {
        return type;
    }

    /** Whether one element stands for all. */
    public boolean isSplat() {
        return bits.length == 1;
    }

    /** Elements that are kept: 1 for a splat. */
    public int size() {
        return bits.length;
    }

    /** The bits of an element, in the lower end; integers have their sign extended. */
    public long bits(int index) {
        return bits[index];
    }

    /** An element as a number. */
    public double value(int index) {
        var elementType = type.elementType();
        return elementType.isFloat() ? FloatBits.value(elementType, bits[index]) : bits[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Literal literal && type.equals(literal.type) && Arrays.equals(bits, literal.bits);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(bits);
    }

    @Override
    public String toString() {
        return isSplat() ? type + " of " + value(0) : type + " of " + bits.length + " values";
    }

    private static boolean inRange(ElementType type, long value) {
        var bits = type.bits();
        if (bits == 64) {
            return true;
        }
        return type.isUnsigned() || type == ElementType.I1
                ? value >= 0 && value < 1L << bits
                : value >= -(1L << bits - 1) && value < 1L << bits - 1;
    }

    private static void requireType(TensorType type, boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("a literal of " + type + " cannot hold " + what);
        }
    }
}
