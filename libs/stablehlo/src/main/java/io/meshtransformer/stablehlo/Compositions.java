package io.meshtransformer.stablehlo;

import static io.meshtransformer.stablehlo.ir.ComparisonDirection.GT;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What authors of models say often, made of the operations. */
public interface Compositions extends ContractionMethods, ControlFlowMethods, ElementwiseMethods, RearrangementMethods {

    /** Repeats the operand along new outer dimensions: its own are the innermost of the result. */
    default Value broadcast(Value operand, long... dimensions) {
        var shape = Shape.of(dimensions);
        var outer = shape.rank() - operand.rank();
        return broadcastInDim(
                operand, shape, IntStream.range(outer, shape.rank()).toArray());
    }

    /** Gives what was reduced along dimensions the shape it had, the same value along them. */
    default Value broadcastAlong(Value reduced, Shape shape, int... dimensions) {
        var dropped = Arrays.stream(dimensions).boxed().toList();
        var kept = IntStream.range(0, shape.rank()).filter(i -> !dropped.contains(i));
        return broadcastInDim(reduced, shape, kept.toArray());
    }

    default Value sum(Value operand, int... dimensions) {
        return reduce(BinaryFunction.ADD, operand, dimensions);
    }

    default Value mean(Value operand, int... dimensions) {
        var sum = sum(operand, dimensions);
        var count = Arrays.stream(dimensions).mapToLong(operand::dimension).reduce(1, (left, right) -> left * right);
        return divide(sum, constant(sum.type(), count));
    }

    /** Along one dimension, the largest element subtracted first, on which the result does not depend. */
    default Value softmax(Value operand, int dimension) {
        var shape = operand.shape();
        var largest = stopGradient(reduce(BinaryFunction.MAXIMUM, operand, dimension));
        var exponentials = exponential(subtract(operand, broadcastAlong(largest, shape, dimension)));
        return divide(exponentials, broadcastAlong(sum(exponentials, dimension), shape, dimension));
    }

    /** Contracts the last dimension of the left operand with the first of the right, as for {@code x W}. */
    default Value matmul(Value left, Value right) {
        return dotGeneral(left, right, DotDimensions.contracting(left.rank() - 1, 0));
    }

    /**
     * Rows of a table, such as embeddings of tokens.
     *
     * @param table {@code [rows, ...]}
     * @param indices integers of any shape; one that is too large or negative reads the nearest row
     * @return the shape of the indices, then that of a row
     */
    default Value take(Value table, Value indices) {
        var row = table.rank() - 1;
        var offset =
                IntStream.range(indices.rank(), indices.rank() + row).boxed().toList();
        var dimensions = new GatherDimensions(offset, List.of(0), List.of(), List.of(), List.of(0), indices.rank());
        return gather(table, indices, dimensions, table.shape().with(0, 1), false);
    }

    /** The part of outermost size 1 at an index, without that dimension. */
    default Value dynamicIndex(Value stacked, Value index) {
        var sizes = stacked.shape().with(0, 1);
        var slice = dynamicSlice(stacked, atOutermost(stacked, index), sizes.toArray());
        return reshape(slice, stacked.shape().without(List.of(0)).toArray());
    }

    /** The stacked tensor with the part at an index replaced, in place if the program may. */
    default Value dynamicUpdateIndex(Value stacked, Value update, Value index) {
        var part = reshape(update, update.shape().stacked(1).toArray());
        return dynamicUpdateSlice(stacked, part, atOutermost(stacked, index));
    }

    private List<Value> atOutermost(Value stacked, Value index) {
        var indices = new ArrayList<Value>();
        indices.add(index);
        for (var i = 1; i < stacked.rank(); i++) {
            indices.add(scalar(index.elementType(), 0));
        }
        return indices;
    }

    /**
     * The largest elements along the last dimension, in descending order, the first of equal ones first.
     *
     * @return the elements, and their {@code i32} indices
     */
    default List<Value> topK(Value operand, int count) {
        var last = operand.rank() - 1;
        var indices = iota(operand.type().with(ElementType.I32), last);
        var type = operand.elementType().isFloat() ? CompareType.TOTALORDER : CompareType.of(operand.elementType());
        var sorted = sort(
                List.of(operand, indices),
                last,
                true,
                (block, pair) -> List.of(block.compare(pair.get(0), pair.get(1), GT, type)));
        return sorted.stream().map(value -> slice(value, last, 0, count)).toList();
    }
}
