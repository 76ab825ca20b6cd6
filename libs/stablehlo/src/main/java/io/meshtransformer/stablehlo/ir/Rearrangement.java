package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operations whose result holds elements of the operands at other places. */
public sealed interface Rearrangement extends Operation
        permits Rearrangement.BroadcastInDim,
                Rearrangement.Concatenate,
                Rearrangement.Pad,
                Rearrangement.Reshape,
                Rearrangement.Reverse,
                Rearrangement.Transpose,
                Slicing {

    /** @param dimensions where each dimension of the operand lies in the result */
    record BroadcastInDim(Value operand, Shape shape, List<Integer> dimensions) implements Rearrangement {
        public BroadcastInDim {
            dimensions = List.copyOf(dimensions);
        }

        @Override
        public String name() {
            return "broadcast_in_dim";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.count(dimensions.size(), operand.rank(), this, "broadcast dimensions");
            Check.dimensions(dimensions, shape.rank(), this, "broadcast dimensions");
            for (var i = 0; i < dimensions.size(); i++) {
                var from = i;
                var to = dimensions.get(i);
                Check.that(
                        operand.dimension(i) == 1 || operand.dimension(i) == shape.dimension(to),
                        this,
                        () -> "dimension " + from + " has size " + operand.dimension(from)
                                + ", it must be 1 or the size of dimension " + to + " of " + shape);
            }
            return List.of(operand.type().with(shape));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new BroadcastInDim(operands.getFirst(), shape, dimensions);
        }
    }

    record Reshape(Value operand, Shape shape) implements Rearrangement {
        @Override
        public String name() {
            return "reshape";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(
                    operand.shape().elements() == shape.elements(),
                    this,
                    () -> operand.shape() + " has " + operand.shape().elements() + " elements, " + shape + " has "
                            + shape.elements());
            return List.of(operand.type().with(shape));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Reshape(operands.getFirst(), shape);
        }
    }

    /** @param permutation for each dimension of the result, the operand's */
    record Transpose(Value operand, List<Integer> permutation) implements Rearrangement {
        public Transpose {
            permutation = List.copyOf(permutation);
        }

        @Override
        public String name() {
            return "transpose";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.count(permutation.size(), operand.rank(), this, "dimensions of the permutation");
            Check.dimensions(permutation, operand.rank(), this, "dimensions of the permutation");
            return List.of(operand.type()
                    .with(new Shape(permutation.stream().map(operand::dimension).toList())));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Transpose(operands.getFirst(), permutation);
        }
    }

    record Reverse(Value operand, List<Integer> dimensions) implements Rearrangement {
        public Reverse {
            dimensions = List.copyOf(dimensions);
        }

        @Override
        public String name() {
            return "reverse";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.dimensions(dimensions, operand.rank(), this, "dimensions");
            return List.of(operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Reverse(operands.getFirst(), dimensions);
        }
    }

    record Concatenate(List<Value> operands, int dimension) implements Rearrangement {
        public Concatenate {
            operands = List.copyOf(operands);
        }

        @Override
        public String name() {
            return "concatenate";
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(!operands.isEmpty(), this, () -> "there must be at least one operand");
            var first = operands.getFirst();
            Check.dimension(dimension, first.rank(), this, "the dimension");
            var size = 0L;
            for (var operand : operands) {
                Check.that(
                        operand.elementType() == first.elementType()
                                && operand.rank() == first.rank()
                                && operand.shape()
                                        .without(List.of(dimension))
                                        .equals(first.shape().without(List.of(dimension))),
                        this,
                        () -> "operands may differ in the size of dimension " + dimension + " alone");
                size += operand.dimension(dimension);
            }
            return List.of(first.type().with(first.shape().with(dimension, size)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Concatenate(operands, dimension);
        }
    }

    /**
     * @param low places before the first element, negative to cut
     * @param high places behind the last
     * @param interior places between two
     */
    record Pad(Value operand, Value paddingValue, List<Long> low, List<Long> high, List<Long> interior)
            implements Rearrangement {
        public Pad {
            low = List.copyOf(low);
            high = List.copyOf(high);
            interior = List.copyOf(interior);
        }

        @Override
        public String name() {
            return "pad";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand, paddingValue);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.equal(
                    paddingValue.type(),
                    TensorType.scalar(operand.elementType()),
                    this,
                    "the type of the padding value");
            Check.count(low.size(), operand.rank(), this, "low paddings");
            Check.count(high.size(), operand.rank(), this, "high paddings");
            Check.count(interior.size(), operand.rank(), this, "interior paddings");
            var sizes = new ArrayList<Long>();
            for (var i = 0; i < operand.rank(); i++) {
                var dimension = i;
                Check.that(
                        interior.get(i) >= 0,
                        this,
                        () -> "interior paddings are " + interior + ", none may be negative");
                var size = low.get(i)
                        + operand.dimension(i)
                        + Math.max(operand.dimension(i) - 1, 0) * interior.get(i)
                        + high.get(i);
                Check.that(size >= 0, this, () -> "dimension " + dimension + " would have size " + size);
                sizes.add(size);
            }
            return List.of(operand.type().with(new Shape(sizes)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Pad(operands.get(0), operands.get(1), low, high, interior);
        }
    }
}
