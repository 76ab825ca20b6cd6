package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Operations that read or write parts of a tensor at places that another tensor lists. */
public sealed interface Indexing extends Operation {

    /** @param sliceSizes of the part that is read for each index, in the operand's dimensions */
    record Gather(
            Value operand, Value startIndices, GatherDimensions dimensions, Shape sliceSizes, boolean indicesAreSorted)
            implements Indexing {
        @Override
        public String name() {
            return "gather";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand, startIndices);
        }

        @Override
        public List<TensorType> resultTypes() {
            var batch = batchSizes(
                    this,
                    operand,
                    startIndices,
                    dimensions.startIndexMap(),
                    dimensions.operandBatching(),
                    dimensions.startIndicesBatching(),
                    dimensions.indexVector());
            Check.count(sliceSizes.rank(), operand.rank(), this, "slice sizes");
            for (var i = 0; i < operand.rank(); i++) {
                var dimension = i;
                Check.that(
                        sliceSizes.dimension(i) <= operand.dimension(i),
                        this,
                        () -> "slice " + sliceSizes + " is larger than " + operand.shape() + " in dimension "
                                + dimension);
            }
            Check.ascending(dimensions.collapsedSlice(), operand.rank(), this, "collapsed slice dimensions");
            var dropped = joined(dimensions.collapsedSlice(), dimensions.operandBatching());
            Check.dimensions(dropped, operand.rank(), this, "collapsed slice and operand batching dimensions");
            for (var dimension : dropped) {
                Check.that(
                        sliceSizes.dimension(dimension) <= 1,
                        this,
                        () -> "slice " + sliceSizes + " must have size 1 in dimension " + dimension
                                + ", which is dropped");
            }
            var window = sliceSizes.without(dropped);
            var rank = batch.rank() + window.rank();
            Check.count(dimensions.offset().size(), window.rank(), this, "offset dimensions");
            Check.ascending(dimensions.offset(), rank, this, "offset dimensions");
            var batches = batch.dimensions().iterator();
            var windows = window.dimensions().iterator();
            var sizes = IntStream.range(0, rank)
                    .mapToObj(i -> dimensions.offset().contains(i) ? windows.next() : batches.next())
                    .toList();
            return List.of(operand.type().with(new Shape(sizes)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Gather(operands.get(0), operands.get(1), dimensions, sliceSizes, indicesAreSorted);
        }
    }

    /**
     * The inputs with parts combined with updates; an update that would lie outside is left out.
     *
     * @param uniqueIndices the author's word that no place is written twice
     * @param body takes the present scalars, then the updates', and returns the new ones
     */
    record Scatter(
            List<Value> inputs,
            Value scatterIndices,
            List<Value> updates,
            ScatterDimensions dimensions,
            boolean indicesAreSorted,
            boolean uniqueIndices,
            Block body)
            implements Indexing {
        public Scatter {
            inputs = List.copyOf(inputs);
            updates = List.copyOf(updates);
        }

        @Override
        public String name() {
            return "scatter";
        }

        @Override
        public List<Value> operands() {
            return Stream.of(inputs, List.of(scatterIndices), updates)
                    .flatMap(List::stream)
                    .toList();
        }

        @Override
        public List<Block> regions() {
            return List.of(body);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(!inputs.isEmpty(), this, () -> "there must be at least one input");
            Check.count(updates.size(), inputs.size(), this, "updates");
            var input = inputs.getFirst();
            var batch = batchSizes(
                    this,
                    input,
                    scatterIndices,
                    dimensions.scatterToOperand(),
                    dimensions.inputBatching(),
                    dimensions.scatterIndicesBatching(),
                    dimensions.indexVector());
            Check.ascending(dimensions.insertedWindow(), input.rank(), this, "inserted window dimensions");
            var dropped = joined(dimensions.insertedWindow(), dimensions.inputBatching());
            Check.dimensions(dropped, input.rank(), this, "inserted window and input batching dimensions");
            var window = input.shape().without(dropped);
            for (var i = 0; i < inputs.size(); i++) {
                Check.equal(inputs.get(i).shape(), input.shape(), this, "an input's shape");
                Check.equal(
                        updates.get(i).elementType(), inputs.get(i).elementType(), this, "an update's element type");
                checkUpdate(updates.get(i), batch, window);
            }
            var scalars = Reduction.scalars(inputs);
            Check.block(body, Reduction.twice(scalars), scalars, this, "the body");
            return Check.types(inputs);
        }

        private void checkUpdate(Value update, Shape batch, Shape window) {
            Check.count(update.rank(), batch.rank() + window.rank(), this, "dimensions of the updates");
            Check.count(dimensions.updateWindow().size(), window.rank(), this, "update window dimensions");
            Check.ascending(dimensions.updateWindow(), update.rank(), this, "update window dimensions");
            Check.equal(
                    update.shape().without(dimensions.updateWindow()),
                    batch,
                    this,
                    "the updates' shape outside windows");
            for (var i = 0; i < window.rank(); i++) {
                var dimension = dimensions.updateWindow().get(i);
                var limit = window.dimension(i);
                Check.that(
                        update.dimension(dimension) <= limit,
                        this,
                        () -> "the updates have size " + update.dimension(dimension) + " in window dimension "
                                + dimension + ", the input has " + limit);
            }
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            var count = inputs.size();
            return new Scatter(
                    operands.subList(0, count),
                    operands.get(count),
                    operands.subList(count + 1, operands.size()),
                    dimensions,
                    indicesAreSorted,
                    uniqueIndices,
                    regions.getFirst());
        }
    }

    /** Checks how indices relate to the operand; returns the shape of the list of indices. */
    private static Shape batchSizes(
            Operation operation,
            Value operand,
            Value indices,
            List<Integer> indexMap,
            List<Integer> operandBatching,
            List<Integer> indicesBatching,
            int indexVector) {
        Check.that(
                indices.elementType().isInteger(),
                operation,
                () -> "the indices' element type is " + indices.elementType() + ", it must be " + Domain.INTEGER);
        Check.dimension(indexVector, indices.rank() + 1, operation, "the index vector's dimension");
        var coordinates = indexVector == indices.rank() ? 1 : indices.dimension(indexVector);
        Check.that(
                indexMap.size() == coordinates,
                operation,
                () -> "an index has " + coordinates + " coordinates, " + indexMap.size() + " are mapped to dimensions");
        Check.dimensions(
                joined(indexMap, operandBatching), operand.rank(), operation, "mapped and batching dimensions");
        Check.ascending(operandBatching, operand.rank(), operation, "batching dimensions of the operand");
        Check.dimensions(indicesBatching, indices.rank(), operation, "batching dimensions of the indices");
        Check.count(indicesBatching.size(), operandBatching.size(), operation, "batching dimensions of the indices");
        Check.that(
                !indicesBatching.contains(indexVector),
                operation,
                () -> "the index vector's dimension " + indexVector + " cannot be a batching dimension");
        for (var i = 0; i < operandBatching.size(); i++) {
            Check.equal(
                    indices.dimension(indicesBatching.get(i)),
                    operand.dimension(operandBatching.get(i)),
                    operation,
                    "the size of a batching dimension of the indices");
        }
        var sizes = new ArrayList<>(indices.shape().dimensions());
        if (indexVector < sizes.size()) {
            sizes.remove(indexVector);
        }
        return new Shape(sizes);
    }

    private static List<Integer> joined(List<Integer> left, List<Integer> right) {
        return Stream.concat(left.stream(), right.stream()).toList();
    }
}
