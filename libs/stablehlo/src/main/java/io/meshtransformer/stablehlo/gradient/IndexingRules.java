package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.ir.ComparisonDirection.GE;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.LE;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.Indexing;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What was read is added where it was read from; what was written is read where it was written. */
final class IndexingRules {
    private final Sweep sweep;
    private final BlockBuilder b;
    private final Value g;

    private IndexingRules(Sweep sweep, Value g) {
        this.sweep = sweep;
        this.b = sweep.block();
        this.g = g;
    }

    /** @param g the result's cotangent */
    static void pass(Indexing operation, Value g, Sweep sweep) {
        var rules = new IndexingRules(sweep, g);
        switch (operation) {
            case Indexing.Gather gather -> sweep.give(gather.operand(), () -> rules.gather(gather));
            case Indexing.Scatter scatter -> rules.scatter(scatter);
        }
    }

    /** A gather moves indices inside, a scatter leaves out what is outside: so they are moved inside before. */
    private Value gather(Indexing.Gather gather) {
        var dimensions = gather.dimensions();
        var operand = gather.operand();
        var indices = gather.startIndices();
        var largest = dimensions.startIndexMap().stream()
                .mapToLong(dimension ->
                        operand.dimension(dimension) - gather.sliceSizes().dimension(dimension))
                .toArray();
        var inside = b.clamp(
                b.scalar(indices.elementType(), 0), indices, coordinates(largest, indices, dimensions.indexVector()));
        var scatterDimensions = new ScatterDimensions(
                dimensions.offset(),
                dimensions.collapsedSlice(),
                dimensions.operandBatching(),
                dimensions.startIndicesBatching(),
                dimensions.startIndexMap(),
                dimensions.indexVector());
        var body = Block.of(BinaryFunction.ADD, g.elementType());
        // Moving inside may break the order of indices of several coordinates.
        var sorted = gather.indicesAreSorted() && largest.length <= 1;
        return b.value(new Indexing.Scatter(
                List.of(Gradients.zeros(b, operand)), inside, List.of(g), scatterDimensions, sorted, false, body));
    }

    private void scatter(Indexing.Scatter scatter) {
        if (scatter.inputs().size() != 1) {
            throw new NoGradient(scatter, "it has several inputs");
        }
        var input = scatter.inputs().getFirst();
        var update = scatter.updates().getFirst();
        var adds = scatter.body().binaryFunction().equals(Optional.of(BinaryFunction.ADD));
        if (!adds && !(scatter.uniqueIndices() && replaces(scatter.body()))) {
            throw new NoGradient(scatter, "its body must add, or return the update with unique indices");
        }
        sweep.give(input, () -> adds ? g : withZeros(scatter, update));
        sweep.give(update, () -> read(scatter, update));
    }

    private static boolean replaces(Block body) {
        return body.returned().equals(body.arguments().subList(1, 2));
    }

    private Value withZeros(Indexing.Scatter scatter, Value update) {
        return b.value(scatter.with(
                List.of(g, scatter.scatterIndices(), Gradients.zeros(b, update)), List.of(scatter.body())));
    }

    /** The cotangent where each update was written, zeros where it was outside and left out. */
    private Value read(Indexing.Scatter scatter, Value update) {
        var dimensions = scatter.dimensions();
        var dropped = IntStream.concat(
                        dimensions.insertedWindow().stream().mapToInt(Integer::intValue),
                        dimensions.inputBatching().stream().mapToInt(Integer::intValue))
                .boxed()
                .toList();
        var window = dimensions.updateWindow().stream().map(update::dimension).iterator();
        var sizes = new Shape(IntStream.range(0, g.rank())
                .mapToObj(dimension -> dropped.contains(dimension) ? (Long) 1L : window.next())
                .toList());
        var gatherDimensions = new GatherDimensions(
                dimensions.updateWindow(),
                dimensions.insertedWindow(),
                dimensions.inputBatching(),
                dimensions.scatterIndicesBatching(),
                dimensions.scatterToOperand(),
                dimensions.indexVector());
        var parts = b.gather(g, scatter.scatterIndices(), gatherDimensions, sizes, scatter.indicesAreSorted());
        return b.select(written(scatter, sizes, update), parts, Gradients.zeros(b, update));
    }

    /** Whether an update lies inside, for each of its elements. */
    private Value written(Indexing.Scatter scatter, Shape sizes, Value update) {
        var dimensions = scatter.dimensions();
        var indices = scatter.scatterIndices();
        var vector = dimensions.indexVector();
        var largest = dimensions.scatterToOperand().stream()
                .mapToLong(dimension -> g.dimension(dimension) - sizes.dimension(dimension))
                .toArray();
        var inside = b.and(
                b.compare(indices, b.constant(indices.type(), 0), GE),
                b.compare(indices, coordinates(largest, indices, vector), LE));
        var each = vector == indices.rank() ? inside : b.reduce(BinaryFunction.AND, inside, vector);
        var places = IntStream.range(0, update.rank())
                .filter(dimension -> !dimensions.updateWindow().contains(dimension))
                .toArray();
        return b.broadcastInDim(each, update.shape(), places);
    }

    /** One number for each coordinate of an index, in the shape of the indices; at most the largest of their type. */
    private Value coordinates(long[] numbers, Value indices, int indexVector) {
        var type = indices.elementType();
        var bits = type.isUnsigned() ? type.bits() : type.bits() - 1;
        var most = bits >= 63 ? Long.MAX_VALUE : (1L << bits) - 1;
        var limited =
                LongStream.of(numbers).map(number -> Math.min(number, most)).toArray();
        if (indexVector == indices.rank()) {
            return b.constant(Literal.splat(indices.type(), limited[0]));
        }
        var vector = b.constant(Literal.of(new TensorType(type, Shape.of(numbers.length)), limited));
        return b.broadcastInDim(vector, indices.shape(), indexVector);
    }
}
