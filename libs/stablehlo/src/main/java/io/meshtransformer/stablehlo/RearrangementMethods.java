package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.Rearrangement;
import io.meshtransformer.stablehlo.ir.RngAlgorithm;
import io.meshtransformer.stablehlo.ir.Slicing;
import io.meshtransformer.stablehlo.ir.Source;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.Arrays;
import java.util.List;

/** Operations that make tensors, or move elements to other places. */
public interface RearrangementMethods extends OperationAppender {
    default Value constant(Literal literal) {
        return value(new Source.Constant(literal));
    }

    /** The same number at every place, rounded to the type. */
    default Value constant(TensorType type, double number) {
        return constant(Literal.splat(type, number));
    }

    /** @param dimension along which elements count from 0 */
    default Value iota(TensorType type, int dimension) {
        return value(new Source.Iota(type, dimension));
    }

    /** @return the next state, and bits of the given type */
    default List<Value> rngBitGenerator(Value state, RngAlgorithm algorithm, TensorType type) {
        return append(new Source.RngBitGenerator(state, algorithm, type));
    }

    /** @param dimensions where each dimension of the operand lies in the result */
    default Value broadcastInDim(Value operand, Shape shape, int... dimensions) {
        return value(new Rearrangement.BroadcastInDim(operand, shape, list(dimensions)));
    }

    default Value reshape(Value operand, long... dimensions) {
        return value(new Rearrangement.Reshape(operand, Shape.of(dimensions)));
    }

    default Value transpose(Value operand, int... permutation) {
        return value(new Rearrangement.Transpose(operand, list(permutation)));
    }

    default Value reverse(Value operand, int... dimensions) {
        return value(new Rearrangement.Reverse(operand, list(dimensions)));
    }

    default Value concatenate(int dimension, Value... operands) {
        return value(new Rearrangement.Concatenate(List.of(operands), dimension));
    }

    /** Paddings per dimension: before the first element, behind the last, between two. */
    default Value pad(Value operand, Value paddingValue, long[] low, long[] high, long[] interior) {
        return value(new Rearrangement.Pad(operand, paddingValue, list(low), list(high), list(interior)));
    }

    /** Per dimension, every {@code stride}-th element from {@code start} to before {@code limit}. */
    default Value slice(Value operand, long[] start, long[] limit, long[] strides) {
        return value(new Slicing.Slice(operand, list(start), list(limit), list(strides)));
    }

    /** @param startIndices integer scalars, one per dimension */
    default Value dynamicSlice(Value operand, List<Value> startIndices, long... sizes) {
        return value(new Slicing.DynamicSlice(operand, startIndices, Shape.of(sizes)));
    }

    /** @param startIndices integer scalars, one per dimension */
    default Value dynamicUpdateSlice(Value operand, Value update, List<Value> startIndices) {
        return value(new Slicing.DynamicUpdateSlice(operand, update, startIndices));
    }

    /** A scalar constant. */
    default Value scalar(ElementType type, double number) {
        return constant(Literal.splat(TensorType.scalar(type), number));
    }

    /** The operand cut along one dimension alone. */
    default Value slice(Value operand, int dimension, long start, long limit) {
        var starts = new long[operand.rank()];
        var limits = operand.shape().toArray();
        var strides = new long[operand.rank()];
        Arrays.fill(strides, 1);
        starts[dimension] = start;
        limits[dimension] = limit;
        return slice(operand, starts, limits, strides);
    }

    private static List<Integer> list(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    private static List<Long> list(long... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }
}
