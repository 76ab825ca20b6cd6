package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Rearrangement;
import io.meshtransformer.stablehlo.ir.Slicing;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Elements go back to where they came from; those that went to several places are summed. */
final class RearrangementRules {
    private final Sweep sweep;
    private final BlockBuilder b;
    private final Value g;

    private RearrangementRules(Sweep sweep, Value g) {
        this.sweep = sweep;
        this.b = sweep.block();
        this.g = g;
    }

    /** @param g the result's cotangent */
    static void pass(Rearrangement operation, Value g, Sweep sweep) {
        new RearrangementRules(sweep, g).pass(operation);
    }

    private void pass(Rearrangement operation) {
        switch (operation) {
            case Rearrangement.BroadcastInDim broadcast -> sweep.give(broadcast.operand(), () -> summed(broadcast));
            case Rearrangement.Concatenate concatenate -> concatenate(concatenate);
            case Rearrangement.Pad pad -> {
                sweep.give(pad.operand(), () -> cut(pad));
                sweep.give(pad.paddingValue(), () -> sumOfPadding(pad));
            }
            case Rearrangement.Reshape reshape -> {
                var shape = reshape.operand().shape();
                sweep.give(reshape.operand(), () -> b.reshape(g, shape.toArray()));
            }
            case Rearrangement.Reverse reverse ->
                sweep.give(reverse.operand(), () -> b.reverse(g, ints(reverse.dimensions())));
            case Rearrangement.Transpose transpose ->
                sweep.give(transpose.operand(), () -> b.transpose(g, inverse(transpose.permutation())));
            case Slicing.Slice slice -> sweep.give(slice.operand(), () -> amongZeros(slice));
            case Slicing.DynamicSlice slice -> {
                var operand = slice.operand();
                sweep.give(operand, () -> b.dynamicUpdateSlice(Gradients.zeros(b, operand), g, slice.startIndices()));
            }
            case Slicing.DynamicUpdateSlice written -> {
                var update = written.update();
                var start = written.startIndices();
                sweep.give(written.operand(), () -> b.dynamicUpdateSlice(g, Gradients.zeros(b, update), start));
                sweep.give(update, () -> b.dynamicSlice(g, start, update.shape().toArray()));
            }
        }
    }

    private Value summed(Rearrangement.BroadcastInDim broadcast) {
        var operand = broadcast.operand();
        var dimensions = broadcast.dimensions();
        var repeated = IntStream.range(0, g.rank())
                .filter(to -> {
                    var from = dimensions.indexOf(to);
                    return from < 0 || operand.dimension(from) != g.dimension(to);
                })
                .toArray();
        var sum = repeated.length == 0 ? g : b.sum(g, repeated);
        // What is left of the operand's dimensions is in the result's order.
        var kept = IntStream.range(0, operand.rank())
                .boxed()
                .filter(from -> operand.dimension(from) == g.dimension(dimensions.get(from)))
                .sorted(Comparator.comparing(dimensions::get))
                .toList();
        var permutation = kept.stream().sorted().mapToInt(kept::indexOf).toArray();
        var ordered = kept.equals(kept.stream().sorted().toList()) ? sum : b.transpose(sum, permutation);
        return ordered.type().equals(operand.type())
                ? ordered
                : b.reshape(ordered, operand.shape().toArray());
    }

    private void concatenate(Rearrangement.Concatenate concatenate) {
        var dimension = concatenate.dimension();
        var start = 0L;
        for (var operand : concatenate.operands()) {
            var from = start;
            var to = from + operand.dimension(dimension);
            sweep.give(operand, () -> b.slice(g, dimension, from, to));
            start = to;
        }
    }

    /** Negative padding was a cut: there zeros come back, before the elements are read from among the padding. */
    private Value cut(Rearrangement.Pad pad) {
        var rank = g.rank();
        var whole = b.pad(
                g,
                b.scalar(g.elementType(), 0),
                longs(pad.low().stream().map(low -> -low).toList()),
                longs(pad.high().stream().map(high -> -high).toList()),
                new long[rank]);
        return b.slice(
                whole,
                new long[rank],
                whole.shape().toArray(),
                longs(pad.interior().stream().map(interior -> interior + 1).toList()));
    }

    private Value sumOfPadding(Rearrangement.Pad pad) {
        var element = b.constant(Literal.splat(pad.operand().type().with(ElementType.I1), false));
        var padding = b.constant(Literal.splat(TensorType.scalar(ElementType.I1), true));
        var isPadding = b.pad(element, padding, longs(pad.low()), longs(pad.high()), longs(pad.interior()));
        var all = IntStream.range(0, g.rank()).toArray();
        return b.sum(b.select(isPadding, g, Gradients.zeros(b, g)), all);
    }

    private Value amongZeros(Slicing.Slice slice) {
        var operand = slice.operand();
        var high = new long[operand.rank()];
        var interior = new long[operand.rank()];
        for (var i = 0; i < operand.rank(); i++) {
            interior[i] = slice.strides().get(i) - 1;
            var extent = g.dimension(i) == 0
                    ? 0
                    : (g.dimension(i) - 1) * slice.strides().get(i) + 1;
            high[i] = operand.dimension(i) - slice.start().get(i) - extent;
        }
        return b.pad(g, b.scalar(g.elementType(), 0), longs(slice.start()), high, interior);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long[] longs(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static int[] inverse(List<Integer> permutation) {
        return IntStream.range(0, permutation.size()).map(permutation::indexOf).toArray();
    }
}
