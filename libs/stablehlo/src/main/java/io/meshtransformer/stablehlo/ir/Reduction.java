package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Operations whose result elements depend on whole lines of the operands, by a block that they run. */
public sealed interface Reduction extends Operation {

    /**
     * Combines the elements along dimensions, in any order; several inputs are combined together.
     *
     * @param initialValues one scalar for each input, the identity of the body
     * @param body takes so many scalars of the left, then of the right, and returns so many
     */
    record Reduce(List<Value> inputs, List<Value> initialValues, List<Integer> dimensions, Block body)
            implements Reduction {
        public Reduce {
            inputs = List.copyOf(inputs);
            initialValues = List.copyOf(initialValues);
            dimensions = List.copyOf(dimensions);
        }

        @Override
        public String name() {
            return "reduce";
        }

        @Override
        public List<Value> operands() {
            return Stream.concat(inputs.stream(), initialValues.stream()).toList();
        }

        @Override
        public List<Block> regions() {
            return List.of(body);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkInputs(this, inputs);
            Check.ascending(dimensions, inputs.getFirst().rank(), this, "dimensions");
            var scalars = scalars(inputs);
            Check.equal(Check.types(initialValues), scalars, this, "the initial values' types");
            Check.block(body, twice(scalars), scalars, this, "the body");
            return inputs.stream()
                    .map(input -> input.type().with(input.shape().without(dimensions)))
                    .toList();
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            var count = inputs.size();
            return new Reduce(
                    operands.subList(0, count), operands.subList(count, 2 * count), dimensions, regions.getFirst());
        }
    }

    /**
     * Sorts lines along a dimension; several inputs are permuted together.
     *
     * @param comparator takes, for each input, an element and another, and returns whether the first one comes first
     */
    record Sort(List<Value> inputs, int dimension, boolean stable, Block comparator) implements Reduction {
        public Sort {
            inputs = List.copyOf(inputs);
        }

        @Override
        public String name() {
            return "sort";
        }

        @Override
        public List<Value> operands() {
            return inputs;
        }

        @Override
        public List<Block> regions() {
            return List.of(comparator);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkInputs(this, inputs);
            Check.dimension(dimension, inputs.getFirst().rank(), this, "the dimension");
            var pairs = new ArrayList<TensorType>();
            scalars(inputs).forEach(type -> pairs.addAll(List.of(type, type)));
            Check.block(comparator, pairs, List.of(TensorType.scalar(ElementType.I1)), this, "the comparator");
            return Check.types(inputs);
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Sort(operands, dimension, stable, regions.getFirst());
        }
    }

    private static void checkInputs(Operation operation, List<Value> inputs) {
        Check.that(!inputs.isEmpty(), operation, () -> "there must be at least one input");
        for (var input : inputs) {
            Check.equal(input.shape(), inputs.getFirst().shape(), operation, "an input's shape");
        }
    }

    static List<TensorType> scalars(List<Value> values) {
        return values.stream()
                .map(value -> TensorType.scalar(value.elementType()))
                .toList();
    }

    static List<TensorType> twice(List<TensorType> types) {
        return Stream.concat(types.stream(), types.stream()).toList();
    }
}
