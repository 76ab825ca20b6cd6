package io.meshtransformer.gptj.safetensors;

import java.util.List;
import java.util.stream.LongStream;

/** Dimensions of a tensor, outermost first; none for a scalar. */
public record Shape(List<Long> dimensions) {
    /** @throws ArithmeticException if the number of elements leaves a long */
    public Shape {
        dimensions = List.copyOf(dimensions);
        for (var dimension : dimensions) {
            if (dimension < 0) {
                throw new IllegalArgumentException("a dimension is " + dimension + ", it must be at least 0");
            }
        }
        product(dimensions);
    }

    public static Shape of(long... dimensions) {
        return new Shape(LongStream.of(dimensions).boxed().toList());
    }

    public long elements() {
        return product(dimensions);
    }

    private static long product(List<Long> dimensions) {
        return dimensions.stream().reduce(1L, Math::multiplyExact);
    }

    @Override
    public String toString() {
        return dimensions.toString();
    }
}
