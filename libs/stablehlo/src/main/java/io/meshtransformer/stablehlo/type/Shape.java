package io.meshtransformer.stablehlo.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sizes of a tensor's dimensions, outermost first; a scalar has none.
 *
 * @param dimensions each zero or more
 */
public record Shape(List<Long> dimensions) {
    public static final Shape SCALAR = new Shape(List.of());

    /** @throws IllegalArgumentException if a size is negative or their product is no {@code long} */
    public Shape {
        dimensions = List.copyOf(dimensions);
        for (var size : dimensions) {
            if (size < 0) {
                throw new IllegalArgumentException("shape " + dimensions + " has a negative size");
            }
        }
        try {
            dimensions.stream().reduce(1L, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape " + dimensions + " has more than 2^63 elements", e);
        }
    }

    public static Shape of(long... dimensions) {
        return new Shape(Arrays.stream(dimensions).boxed().toList());
    }

    public int rank() {
        return dimensions.size();
    }

    public long dimension(int index) {
        return dimensions.get(index);
    }

    public long elements() {
        return dimensions.stream().reduce(1L, (left, right) -> left * right);
    }

    /** The sizes without those at {@code removed}. */
    public Shape without(List<Integer> removed) {
        var kept = new ArrayList<Long>();
        for (var i = 0; i < rank(); i++) {
            if (!removed.contains(i)) {
                kept.add(dimension(i));
            }
        }
        return new Shape(kept);
    }

    /** The shape with another size at {@code index}. */
    public Shape with(int index, long size) {
        var sizes = new ArrayList<>(dimensions);
        sizes.set(index, size);
        return new Shape(sizes);
    }

    /** A new outermost dimension around this shape. */
    public Shape stacked(long size) {
        var sizes = new ArrayList<Long>();
        sizes.add(size);
        sizes.addAll(dimensions);
        return new Shape(sizes);
    }

    public long[] toArray() {
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
    }
}
