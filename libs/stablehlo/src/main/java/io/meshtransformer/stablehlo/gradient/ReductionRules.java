package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.ir.BinaryFunction.MULTIPLY;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.EQ;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Reduction;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Sums, extremes and products along dimensions, and sorts, which move whole lines. */
final class ReductionRules {
    private final Sweep sweep;
    private final BlockBuilder b;

    private ReductionRules(Sweep sweep) {
        this.sweep = sweep;
        this.b = sweep.block();
    }

    static void pass(Reduction operation, List<Value> results, Sweep sweep) {
        var rules = new ReductionRules(sweep);
        switch (operation) {
            case Reduction.Reduce reduce -> rules.reduce(reduce, results);
            case Reduction.Sort sort -> rules.sort(sort, results);
        }
    }

    private void reduce(Reduction.Reduce reduce, List<Value> results) {
        var function = reduce.body()
                .binaryFunction()
                .orElseThrow(() -> new NoGradient(reduce, "its body is none of add, maximum, minimum and multiply"));
        if (reduce.initialValues().stream().anyMatch(sweep::needs)) {
            throw new NoGradient(reduce, "its initial value depends on parameters, it must be a constant");
        }
        var x = reduce.inputs().getFirst();
        var y = results.getFirst();
        var g = sweep.cotangent(y).orElseThrow();
        switch (function) {
            case ADD -> sweep.give(x, () -> along(g, x, reduce));
            case MAXIMUM, MINIMUM -> sweep.give(x, () -> shared(x, y, g, reduce));
            case MULTIPLY -> sweep.give(x, () -> b.multiply(along(g, x, reduce), productOfOthers(x, reduce)));
            case AND,
                    DIVIDE,
                    OR,
                    POWER,
                    REMAINDER,
                    SHIFT_LEFT,
                    SHIFT_RIGHT_ARITHMETIC,
                    SHIFT_RIGHT_LOGICAL,
                    SUBTRACT,
                    XOR -> throw new NoGradient(reduce, "its body is " + function);
        }
    }

    /** Elements that are all the extreme one get equal shares. */
    private Value shared(Value x, Value y, Value g, Reduction.Reduce reduce) {
        var one = b.constant(x.type(), 1);
        var isExtreme = b.select(b.compare(x, along(y, x, reduce), EQ), one, Gradients.zeros(b, x));
        var count = b.sum(isExtreme, dimensions(reduce));
        return b.multiply(isExtreme, along(b.divide(g, count), x, reduce));
    }

    /** Of the other elements on the same line; zeros among them are no trouble, for nothing is divided by one. */
    private Value productOfOthers(Value x, Reduction.Reduce reduce) {
        var zero = Gradients.zeros(b, x);
        var one = b.constant(x.type(), 1);
        var isZero = b.compare(x, zero, EQ);
        var withoutZeros = b.select(isZero, one, x);
        var product = along(b.reduce(MULTIPLY, withoutZeros, dimensions(reduce)), x, reduce);
        var zeros = b.select(isZero, one, zero);
        var otherZeros = b.subtract(along(b.sum(zeros, dimensions(reduce)), x, reduce), zeros);
        return b.select(b.compare(otherZeros, zero, EQ), b.divide(product, withoutZeros), zero);
    }

    private Value along(Value reduced, Value like, Reduction.Reduce reduce) {
        return b.broadcastAlong(reduced, like.shape(), dimensions(reduce));
    }

    private static int[] dimensions(Reduction.Reduce reduce) {
        return reduce.dimensions().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Sorts once more to learn where each element came from, then sorts the cotangents by that. An unstable sort may
     * come out otherwise the second time.
     */
    private void sort(Reduction.Sort sort, List<Value> results) {
        if (!sort.stable()) {
            throw new NoGradient(sort, "equal elements may come out in any order, it must be stable");
        }
        var inputs = sort.inputs();
        var origins = b.iota(inputs.getFirst().type().with(ElementType.I32), sort.dimension());
        var extended = new ArrayList<>(inputs);
        extended.add(origins);
        var sorted = b.sort(
                extended,
                sort.dimension(),
                true,
                (block, pairs) -> block.inline(sort.comparator(), pairs.subList(0, pairs.size() - 2)));
        var back = new ArrayList<Value>();
        back.add(sorted.getLast());
        var given = new ArrayList<Value>();
        for (var i = 0; i < inputs.size(); i++) {
            var input = inputs.get(i);
            var cotangent = sweep.cotangent(results.get(i));
            if (sweep.needs(input) && cotangent.isPresent()) {
                back.add(cotangent.get());
                given.add(input);
            }
        }
        var unsorted = b.sort(
                back,
                sort.dimension(),
                false,
                (block, pairs) ->
                        List.of(block.compare(pairs.get(0), pairs.get(1), ComparisonDirection.LT, CompareType.SIGNED)));
        for (var i = 0; i < given.size(); i++) {
            var cotangent = unsorted.get(i + 1);
            sweep.give(given.get(i), () -> cotangent);
        }
    }
}
