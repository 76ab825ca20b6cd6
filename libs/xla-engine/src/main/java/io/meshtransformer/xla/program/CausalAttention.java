package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** A query sees the keys of its own sequence up to itself; there is no cache. */
final class CausalAttention implements Attention {
    /** Added to scores that a query may not see: their exponential is 0. */
    static final double HIDDEN = -1e10;

    @Override
    public Value attend(BlockBuilder b, Value layer, Value queries, Value keys, Value values) {
        var scores = b.add(scores(b, queries, keys), mask(b, queries.dimension(1), scoreShape(queries)));
        var probabilities = b.convert(b.softmax(scores, 3), queries.elementType());
        return weighted(b, probabilities, values);
    }

    /** {@code [sequences, heads, rows, keys]}, divided by the root of the head's width. */
    static Value scores(BlockBuilder b, Value queries, Value keys) {
        var perHead = DotDimensions.contracting(3, 3).batching(List.of(0, 2), List.of(0, 2));
        var scores = b.dotGeneral(queries, keys, perHead, Gptj.precision(queries.elementType()), F32);
        return b.divide(scores, b.constant(scores.type(), Math.sqrt(queries.dimension(3))));
    }

    private static long[] scoreShape(Value queries) {
        return new long[] {queries.dimension(0), queries.dimension(2), queries.dimension(1), queries.dimension(1)};
    }

    /** 0 where a row may look, {@link #HIDDEN} behind it. */
    static Value mask(BlockBuilder b, long rows, long... shape) {
        var places = TensorType.of(I32, rows, rows);
        var type = TensorType.of(F32, rows, rows);
        var visible = b.compare(b.iota(places, 0), b.iota(places, 1), ComparisonDirection.GE);
        return b.broadcast(b.select(visible, b.constant(type, 0), b.constant(type, HIDDEN)), shape);
    }

    private static Value weighted(BlockBuilder b, Value probabilities, Value values) {
        var perHead = DotDimensions.contracting(3, 1).batching(List.of(0, 1), List.of(0, 2));
        var weighted = b.dotGeneral(probabilities, values, perHead, Gptj.precision(values.elementType()), F32);
        return b.transpose(weighted, 0, 2, 1, 3);
    }
}
