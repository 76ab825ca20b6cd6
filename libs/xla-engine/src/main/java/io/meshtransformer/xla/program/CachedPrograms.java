package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import java.util.List;

/**
 * The programs that live with a KV cache. Blocks only read it, as it was before the run, and hand their new keys and
 * values out; those of all layers are written together at the end. So the caches go through no loop that might copy
 * them, and are updated in place.
 */
final class CachedPrograms {
    private final ProgramWriter writer;
    private final FunctionBuilder main;
    private final CacheShape cache;
    private final Value zero;

    CachedPrograms(ProgramWriter writer, CacheShape cache) {
        this.writer = writer;
        this.main = writer.main();
        this.cache = cache;
        this.zero = main.scalar(I32, 0);
    }

    ModelProgram prefill(Value ids, Value slot, Value start, Value first) {
        var window = ids.dimension(1);
        var rows = main.iota(ids.type(), 1);
        var positions = main.add(rows, main.broadcast(start, 1, window));
        var angles = Rotary.angles(main, writer.programs().config(), positions);
        var isNew = main.compare(rows, main.broadcast(first, 1, window), ComparisonDirection.GE);
        var limits = main.reshape(start, 1);
        var cached = CachedAttention.over(main, cache, writer.keyCache(), writer.valueCache(), slot, limits);
        Attention attention = (b, layer, queries, keys, values) -> cached.attend(
                b,
                layer,
                queries,
                merged(b, isNew, keys, writer.keyCache(), layer, slot, start),
                merged(b, isNew, values, writer.valueCache(), layer, slot, start));
        var all = writer.forward()
                .scan(
                        writer.forward().embed(ids),
                        angles,
                        attention,
                        (_, block, _) -> List.of(block.keys(), block.values()));
        writer.cacheResults(
                written(writer.keyCache(), all.get(1), isNew, slot, start),
                written(writer.valueCache(), all.get(2), isNew, slot, start));
        var normal = writer.forward().finalNorm(all.getFirst());
        writer.result("normal", normal, Sharding.replicated(3));
        return writer.build();
    }

    /** New rows of the window, and those before them from the cache, {@code [1, window, heads, headWidth]}. */
    private static Value merged(
            BlockBuilder b, Value isNew, Value rows, Value cache, Value layer, Value slot, Value start) {
        var zero = b.scalar(I32, 0);
        var window = rows.dimension(1);
        var heads = rows.dimension(2);
        var width = rows.dimension(3);
        var part = b.dynamicSlice(cache, List.of(layer, slot, zero, start, zero), 1, 1, heads, window, width);
        var cached = b.transpose(b.reshape(part, 1, heads, window, width), 0, 2, 1, 3);
        return b.select(b.broadcastInDim(isNew, rows.shape(), 0, 1), rows, cached);
    }

    /** The cache with a window of new rows, {@code [layers, 1, window, heads, headWidth]}. */
    private Value written(Value cached, Value rows, Value isNew, Value slot, Value start) {
        var place = List.of(zero, slot, zero, start, zero);
        var part = main.transpose(rows, 0, 1, 3, 2, 4);
        var before = main.dynamicSlice(cached, place, part.shape().toArray());
        var merged = main.select(main.broadcastInDim(isNew, part.shape(), 1, 3), part, before);
        return main.dynamicUpdateSlice(cached, merged, place);
    }

    ModelProgram decode(Value ids, Value positions) {
        var slots = cache.slots();
        var places = main.reshape(positions, slots, 1);
        var angles = Rotary.angles(main, writer.programs().config(), places);
        var attention = CachedAttention.over(main, cache, writer.keyCache(), writer.valueCache(), zero, positions);
        var embedded = writer.forward().embed(main.reshape(ids, slots, 1));
        var all = writer.forward()
                .scan(embedded, angles, attention, (_, block, _) -> List.of(block.keys(), block.values()));
        writer.cacheResults(
                written(writer.keyCache(), all.get(1), positions), written(writer.valueCache(), all.get(2), positions));
        var logits = writer.forward().head(writer.forward().finalNorm(all.getFirst()));
        var vocabulary = writer.programs().config().vocabularySize();
        writer.result(
                "logits",
                main.reshape(logits, slots, vocabulary),
                Sharding.of(by(DP), writer.programs().vocabularySharding()));
        return writer.build();
    }

    /**
     * The cache with one new row in each slot, {@code [layers, slots, 1, heads, headWidth]}. A position of -1 lies
     * outside, where a scatter writes nothing.
     */
    private Value written(Value cached, Value rows, Value positions) {
        var updates = main.reshape(rows, rows.dimension(0), rows.dimension(1), rows.dimension(3), rows.dimension(4));
        // Windows are [layers, heads, headWidth]; a slot's window goes to its own part of the cache.
        var dimensions = new ScatterDimensions(List.of(0, 2, 3), List.of(3), List.of(1), List.of(0), List.of(3), 1);
        return main.scatter(
                        List.of(cached),
                        positions,
                        List.of(updates),
                        dimensions,
                        false,
                        true,
                        (_, elements) -> List.of(elements.get(1)))
                .getFirst();
    }

    ModelProgram fork(Value from, Value to) {
        writer.cacheResults(copied(writer.keyCache(), from, to), copied(writer.valueCache(), from, to));
        return writer.build();
    }

    ModelProgram take(Value from) {
        writer.cacheResults(taken(writer.keyCache(), from), taken(writer.valueCache(), from));
        return writer.build();
    }

    ModelProgram put(Value keys, Value values, Value to) {
        writer.cacheResults(replaced(writer.keyCache(), keys, to), replaced(writer.valueCache(), values, to));
        return writer.build();
    }

    private Value copied(Value cached, Value from, Value to) {
        return replaced(cached, taken(cached, from), to);
    }

    private Value taken(Value cached, Value from) {
        var slot = cached.shape().with(1, 1);
        return main.dynamicSlice(cached, List.of(zero, from, zero, zero, zero), slot.toArray());
    }

    private Value replaced(Value cached, Value tokens, Value to) {
        return main.dynamicUpdateSlice(cached, tokens, List.of(zero, to, zero, zero, zero));
    }
}
