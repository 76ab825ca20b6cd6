package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/**
 * A query sees its sequence's tokens in the cache up to a limit, and the new rows up to itself. The cache is read in
 * blocks, with a softmax that goes along (Milakov and Gimelshein 2018): only as many blocks as the longest sequence
 * needs, nothing is copied but the block at hand, and further blocks change no bit of a shorter sequence's result.
 */
final class CachedAttention implements Attention {
    private final CacheShape shape;
    private final Value keyCache;
    private final Value valueCache;
    private final Value firstSlot;
    private final Value limits;
    private final Value blocks;

    /**
     * @param firstSlot of as many as there are sequences, an {@code i32} scalar
     * @param limits tokens of the cache that a sequence sees, {@code i32} of {@code [sequences]}
     * @param blocks of the cache that hold them, an {@code i32} scalar
     */
    private CachedAttention(
            CacheShape shape, Value keyCache, Value valueCache, Value firstSlot, Value limits, Value blocks) {
        this.shape = shape;
        this.keyCache = keyCache;
        this.valueCache = valueCache;
        this.firstSlot = firstSlot;
        this.limits = limits;
        this.blocks = blocks;
    }

    /** See the constructor. */
    static CachedAttention over(
            BlockBuilder b, CacheShape shape, Value keyCache, Value valueCache, Value firstSlot, Value limits) {
        var longest = b.reduce(BinaryFunction.MAXIMUM, limits, 0);
        var begun = b.add(longest, b.scalar(I32, shape.block() - 1));
        var blocks = b.divide(begun, b.scalar(I32, shape.block()));
        return new CachedAttention(shape, keyCache, valueCache, firstSlot, limits, blocks);
    }

    /**
     * A softmax under way, for each sequence, head and row.
     *
     * @param largest score so far, {@code [sequences, heads, rows]}
     * @param sum of exponentials of scores less the largest, {@code [sequences, heads, rows]}
     * @param weighted sum of values by those exponentials, {@code [sequences, heads, rows, headWidth]}
     */
    private record Progress(Value largest, Value sum, Value weighted) {}

    @Override
    public Value attend(BlockBuilder b, Value layer, Value queries, Value keys, Value values) {
        var begun = newRows(b, queries, keys, values);
        var loop = b.whileLoop(
                List.of(b.scalar(I32, 0), begun.largest(), begun.sum(), begun.weighted()),
                (inner, state) -> List.of(inner.compare(state.getFirst(), blocks, ComparisonDirection.LT)),
                (inner, state) -> {
                    var progress = new Progress(state.get(1), state.get(2), state.get(3));
                    var next = block(inner, layer, state.getFirst(), queries, progress);
                    var index = inner.add(state.getFirst(), inner.scalar(I32, 1));
                    return List.of(index, next.largest(), next.sum(), next.weighted());
                });
        var sum = loop.get(2);
        var weighted = loop.get(3);
        var attended = b.divide(weighted, b.broadcastAlong(sum, weighted.shape(), 3));
        return b.transpose(attended, 0, 2, 1, 3);
    }

    /** The softmax over the rows that are computed in this run. */
    private Progress newRows(BlockBuilder b, Value queries, Value keys, Value values) {
        var scores = CausalAttention.scores(b, queries, keys);
        var visible = b.add(
                scores,
                CausalAttention.mask(b, queries.dimension(1), scores.shape().toArray()));
        var largest = b.reduce(BinaryFunction.MAXIMUM, visible, 3);
        var exponentials = exponentials(b, visible, largest);
        var perHead = DotDimensions.contracting(3, 1).batching(List.of(0, 1), List.of(0, 2));
        return new Progress(largest, b.sum(exponentials, 3), weighted(b, exponentials, values, perHead));
    }

    /** Takes one more block of the cache in. */
    private Progress block(BlockBuilder b, Value layer, Value index, Value queries, Progress progress) {
        var first = b.multiply(index, b.scalar(I32, shape.block()));
        var scores = scores(b, queries, read(b, keyCache, layer, first, queries));
        var visible =
                b.select(visible(b, first, scores.type()), scores, b.constant(scores.type(), CausalAttention.HIDDEN));
        var largest = b.maximum(progress.largest(), b.reduce(BinaryFunction.MAXIMUM, visible, 3));
        var shrink = b.exponential(b.subtract(progress.largest(), largest));
        var exponentials = exponentials(b, visible, largest);
        var perHead = DotDimensions.contracting(3, 2).batching(List.of(0, 1), List.of(0, 1));
        var values = read(b, valueCache, layer, first, queries);
        var before = progress.weighted();
        return new Progress(
                largest,
                b.add(b.multiply(progress.sum(), shrink), b.sum(exponentials, 3)),
                b.add(
                        b.multiply(before, b.broadcastAlong(shrink, before.shape(), 3)),
                        weighted(b, exponentials, values, perHead)));
    }

    /** Whether a token of the block is in the sequence, {@code [sequences, heads, rows, block]}. */
    private Value visible(BlockBuilder b, Value first, TensorType scores) {
        var places = TensorType.of(I32, scores.shape().toArray());
        var tokens = b.add(b.iota(places, 3), b.broadcast(first, places.shape().toArray()));
        return b.compare(tokens, b.broadcastInDim(limits, places.shape(), 0), ComparisonDirection.LT);
    }

    /** A block of a cache, {@code [sequences, heads, block, headWidth]}. */
    private Value read(BlockBuilder b, Value cache, Value layer, Value first, Value queries) {
        var zero = b.scalar(I32, 0);
        var sequences = queries.dimension(0);
        var heads = queries.dimension(2);
        var width = queries.dimension(3);
        var part = b.dynamicSlice(
                cache, List.of(layer, firstSlot, zero, first, zero), 1, sequences, heads, shape.block(), width);
        return b.reshape(part, sequences, heads, shape.block(), width);
    }

    private static Value scores(BlockBuilder b, Value queries, Value keys) {
        var perHead = DotDimensions.contracting(3, 3).batching(List.of(0, 2), List.of(0, 1));
        var scores = b.dotGeneral(queries, keys, perHead, Gptj.precision(queries.elementType()), F32);
        return b.divide(scores, b.constant(scores.type(), Math.sqrt(queries.dimension(3))));
    }

    private static Value exponentials(BlockBuilder b, Value scores, Value largest) {
        return b.exponential(b.subtract(scores, b.broadcastAlong(largest, scores.shape(), 3)));
    }

    private static Value weighted(BlockBuilder b, Value exponentials, Value values, DotDimensions perHead) {
        var type = values.elementType();
        return b.dotGeneral(b.convert(exponentials, type), values, perHead, Gptj.precision(type), F32);
    }
}
