package io.meshtransformer.pjrt;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An array's element type and dimensions, the outermost first. No dimensions is a scalar. */
public record Shape(ElementType elementType, List<Long> dimensions) {
    public Shape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("a dimension is negative: " + dimensions);
        }
    }

    public static Shape of(ElementType elementType, long... dimensions) {
        return new Shape(elementType, Arrays.stream(dimensions).boxed().toList());
    }

    /** @throws ArithmeticException if it is more than a long can hold */
    public long elements() {
        return dimensions.stream().reduce(1L, Math::multiplyExact);
    }

    /** Bytes on the host, densely packed. */
    public long bytes() {
        return Math.multiplyExact(elements(), (long) elementType.bytes());
    }

    long[] dimensionArray() {
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    /** As in HLO: "f32[2,3]". */
    @Override
    public String toString() {
        return elementType + dimensions.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
