package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Operations that read or write a rectangular part of a tensor. */
public sealed interface Slicing extends Rearrangement {

    /** Elements from {@code start} to before {@code limit}, every {@code stride}-th, per dimension. */
    record Slice(Value operand, List<Long> start, List<Long> limit, List<Long> strides) implements Slicing {
        public Slice {
            start = List.copyOf(start);
            limit = List.copyOf(limit);
            strides = List.copyOf(strides);
        }

        @Override
        public String name() {
            return "slice";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.count(start.size(), operand.rank(), this, "start indices");
            Check.count(limit.size(), operand.rank(), this, "limit indices");
            Check.count(strides.size(), operand.rank(), this, "strides");
            var sizes = new ArrayList<Long>();
            for (var i = 0; i < operand.rank(); i++) {
                var dimension = i;
                Check.that(
                        0 <= start.get(i) && start.get(i) <= limit.get(i) && limit.get(i) <= operand.dimension(i),
                        this,
                        () -> "dimension " + dimension + " is cut from " + start.get(dimension) + " to "
                                + limit.get(dimension) + ", it has places from 0 to " + operand.dimension(dimension));
                Check.that(strides.get(i) >= 1, this, () -> "strides are " + strides + ", each must be at least 1");
                sizes.add(Math.ceilDiv(limit.get(i) - start.get(i), strides.get(i)));
            }
            return List.of(operand.type().with(new Shape(sizes)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Slice(operands.getFirst(), start, limit, strides);
        }
    }

    /** A part of a fixed size from where the indices say; they are clamped so that the part lies inside. */
    record DynamicSlice(Value operand, List<Value> startIndices, Shape sizes) implements Slicing {
        public DynamicSlice {
            startIndices = List.copyOf(startIndices);
        }

        @Override
        public String name() {
            return "dynamic_slice";
        }

        @Override
        public List<Value> operands() {
            return Stream.concat(Stream.of(operand), startIndices.stream()).toList();
        }

        @Override
        public List<TensorType> resultTypes() {
            checkIndices(this, startIndices, operand);
            checkInside(this, sizes, operand, "the slice");
            return List.of(operand.type().with(sizes));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new DynamicSlice(operands.getFirst(), operands.subList(1, operands.size()), sizes);
        }
    }

    /** The operand with a part replaced; indices are clamped so that the part lies inside. */
    record DynamicUpdateSlice(Value operand, Value update, List<Value> startIndices) implements Slicing {
        public DynamicUpdateSlice {
            startIndices = List.copyOf(startIndices);
        }

        @Override
        public String name() {
            return "dynamic_update_slice";
        }

        @Override
        public List<Value> operands() {
            return Stream.concat(Stream.of(operand, update), startIndices.stream())
                    .toList();
        }

        @Override
        public List<TensorType> resultTypes() {
            checkIndices(this, startIndices, operand);
            Check.equal(update.elementType(), operand.elementType(), this, "the update's element type");
            checkInside(this, update.shape(), operand, "the update");
            return List.of(operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new DynamicUpdateSlice(operands.get(0), operands.get(1), operands.subList(2, operands.size()));
        }
    }

    private static void checkIndices(Operation operation, List<Value> indices, Value operand) {
        Check.count(indices.size(), operand.rank(), operation, "start indices");
        for (var index : indices) {
            Check.that(
                    index.type().isScalar()
                            && index.elementType().isInteger()
                            && index.type().equals(indices.getFirst().type()),
                    operation,
                    () -> "start indices must be integer scalars of one type");
        }
    }

    private static void checkInside(Operation operation, Shape part, Value operand, String what) {
        Check.count(part.rank(), operand.rank(), operation, "dimensions of " + what);
        for (var i = 0; i < part.rank(); i++) {
            var dimension = i;
            Check.that(
                    part.dimension(i) <= operand.dimension(i),
                    operation,
                    () -> what + " " + part + " is larger than " + operand.shape() + " in dimension " + dimension);
        }
    }
}
