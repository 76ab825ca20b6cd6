package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random shapes and orders of dimensions. */
final class Shapes {
    private final Random random;

    Shapes(Random random) {
        this.random = random;
    }

    int number(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    Shape ofRank(int rank) {
        return new Shape(
                IntStream.range(0, rank).mapToObj(_ -> (long) number(1, 4)).toList());
    }

    Shape any() {
        return ofRank(number(0, 3));
    }

    Shape ofDimensions() {
        return ofRank(number(1, 3));
    }

    List<Integer> permutation(int rank) {
        var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(order, random);
        return order;
    }

    /** Some of the dimensions, in ascending order, at least one. */
    int[] some(int rank) {
        return permutation(rank).stream()
                .limit(number(1, rank))
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
