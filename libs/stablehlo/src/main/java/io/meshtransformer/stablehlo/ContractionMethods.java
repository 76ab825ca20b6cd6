package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.DotGeneral;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.Indexing;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.Reduction;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.ir.Source;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operations that multiply, sum, sort, look up and write where another tensor says. */
public interface ContractionMethods extends OperationAppender {
    /** With default precision and the operands' element type as the result's. */
    default Value dotGeneral(Value left, Value right, DotDimensions dimensions) {
        return dotGeneral(left, right, dimensions, Precision.DEFAULT, left.elementType());
    }

    /** @param resultElementType in which sums are kept and returned, such as F32 for BF16 operands */
    default Value dotGeneral(
            Value left, Value right, DotDimensions dimensions, Precision precision, ElementType resultElementType) {
        return value(new DotGeneral(left, right, dimensions, precision, resultElementType));
    }

    /** Combines along dimensions, which the result lacks, from the function's identity. */
    default Value reduce(BinaryFunction function, Value operand, int... dimensions) {
        var type = operand.elementType();
        var identity = function.identity(type)
                .orElseThrow(() -> new ProgramException.InvalidStructure(
                        "reduce by " + function + " has no value to start from: give one, and the body"));
        var initial = value(new Source.Constant(identity));
        return value(
                new Reduction.Reduce(List.of(operand), List.of(initial), list(dimensions), Block.of(function, type)));
    }

    /**
     * Combines several tensors together, by any body.
     *
     * @param body takes a scalar of each input on the left, then on the right; what is outside it cannot be used
     */
    default List<Value> reduce(List<Value> inputs, List<Value> initialValues, Body body, int... dimensions) {
        var block = block(twice(scalars(inputs)), false, body);
        return append(new Reduction.Reduce(inputs, initialValues, list(dimensions), block));
    }

    /**
     * Permutes lines of all inputs together.
     *
     * @param comparator takes two scalars of the first input, two of the second ..., returns whether the first comes first
     */
    default List<Value> sort(List<Value> inputs, int dimension, boolean stable, Body comparator) {
        var pairs = new ArrayList<TensorType>();
        scalars(inputs).forEach(type -> pairs.addAll(List.of(type, type)));
        return append(new Reduction.Sort(inputs, dimension, stable, block(pairs, false, comparator)));
    }

    default Value gather(
            Value operand,
            Value startIndices,
            GatherDimensions dimensions,
            Shape sliceSizes,
            boolean indicesAreSorted) {
        return value(new Indexing.Gather(operand, startIndices, dimensions, sliceSizes, indicesAreSorted));
    }

    /** Combines updates with parts of one tensor; indices are taken as unsorted and repeated. */
    default Value scatter(
            BinaryFunction function, Value input, Value scatterIndices, Value updates, ScatterDimensions dimensions) {
        var body = Block.of(function, input.elementType());
        return value(
                new Indexing.Scatter(List.of(input), scatterIndices, List.of(updates), dimensions, false, false, body));
    }

    /** @param body takes the present scalar of each input, then the update's; returns the new ones */
    default List<Value> scatter(
            List<Value> inputs,
            Value scatterIndices,
            List<Value> updates,
            ScatterDimensions dimensions,
            boolean indicesAreSorted,
            boolean uniqueIndices,
            Body body) {
        var block = block(twice(scalars(inputs)), false, body);
        return append(new Indexing.Scatter(
                inputs, scatterIndices, updates, dimensions, indicesAreSorted, uniqueIndices, block));
    }

    private static List<TensorType> scalars(List<Value> values) {
        return values.stream()
                .map(value -> TensorType.scalar(value.elementType()))
                .toList();
    }

    private static List<TensorType> twice(List<TensorType> types) {
        var all = new ArrayList<>(types);
        all.addAll(types);
        return all;
    }

    private static List<Integer> list(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }
}
