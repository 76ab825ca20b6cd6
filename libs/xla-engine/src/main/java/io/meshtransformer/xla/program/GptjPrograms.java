package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;
import static io.meshtransformer.xla.program.DeviceMesh.MP;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.sharding.DimensionSharding;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/**
 * GPT-J as programs, one source for every platform and mesh. All of them run the one {@link Gptj#block}, scanned over
 * stacked weights, so that neither text nor compile time grows with depth.
 *
 * @param compute element type of matrices, of what they are multiplied by, and of the KV cache: F32 or BF16
 */
public record GptjPrograms(GptjConfig config, DeviceMesh mesh, ElementType compute) {
    private static final Sharding PER_SEQUENCE = Sharding.of(by(DP), whole());

    /** @throws IllegalArgumentException if the mesh does not fit the model or the type is another */
    public GptjPrograms {
        mesh.requireFits(config);
        if (compute != F32 && compute != ElementType.BF16) {
            throw new IllegalArgumentException("programs compute in f32 or bf16, not in " + compute);
        }
    }

    /** The model's weights, cut for the mesh. */
    public List<Weight> weights() {
        return ModelWeights.of(config, mesh, compute);
    }

    /**
     * All logits of whole sequences: {@code ids} i32 {@code [batch, sequence]} to {@code logits} f32
     * {@code [batch, sequence, vocabulary]}.
     */
    public ModelProgram forward(int batch, int sequence) {
        var writer = writer("forward", weights());
        var ids = writer.input("ids", TensorType.of(I32, batch, sequence), PER_SEQUENCE);
        writer.result("logits", writer.forward().logits(ids), logitsSharding());
        return writer.build();
    }

    /**
     * What the model computes on its way, for comparison with others: {@code ids} i32 {@code [batch, sequence]} to
     * {@code embed}, {@code ln_f}, and stacked over layers {@code ln_1}, {@code attn}, {@code mlp}, {@code residual}
     * behind the block, each f32 {@code [..., batch, sequence, width]}.
     */
    public ModelProgram activations(int batch, int sequence) {
        var writer = writer("activations", ModelWeights.body(weights()));
        var ids = writer.input("ids", TensorType.of(I32, batch, sequence), PER_SEQUENCE);
        var main = writer.main();
        var embedded = writer.forward().embed(ids);
        var attention = new CausalAttention();
        var angles = Rotary.angles(main, config, main.iota(ids.type(), 1));
        var all = writer.forward().scan(embedded, angles, attention, (b, block, layer) -> {
            var bias = b.broadcast(
                    layer.feedForwardOutBias(), block.residual().shape().toArray());
            return List.of(block.normal(), block.attention(), b.add(block.feedForward(), bias), block.residual());
        });
        var whole = Sharding.of(by(DP), whole(), whole());
        var stacked = Sharding.of(whole(), by(DP), whole(), whole());
        writer.result("embed", embedded, whole);
        writer.result("ln_f", writer.forward().finalNorm(all.getFirst()), whole);
        var names = List.of("ln_1", "attn", "mlp", "residual");
        for (var i = 0; i < names.size(); i++) {
            writer.result(names.get(i), all.get(1 + i), stacked);
        }
        return writer.build();
    }

    /**
     * How likely given tokens are: {@code ids} and {@code targets} i32 {@code [batch, sequence]}, each target what
     * follows its id, to {@code logprobs} f32 and {@code greedy} pred {@code [batch, sequence]}: the target's natural
     * log-probability, and whether no token has a larger logit and none before it as large a one.
     */
    public ModelProgram score(int batch, int sequence) {
        var writer = writer("score", weights());
        var type = TensorType.of(I32, batch, sequence);
        var ids = writer.input("ids", type, PER_SEQUENCE);
        var targets = writer.input("targets", type, PER_SEQUENCE);
        var main = writer.main();
        var logits = writer.forward().logits(ids);
        var shape = logits.shape();

        var columns = main.iota(logits.type().with(I32), 2);
        var chosen = main.compare(columns, main.broadcastInDim(targets, shape, 0, 1), ComparisonDirection.EQ);
        var zeros = main.constant(logits.type(), 0);
        var target = main.sum(main.select(chosen, logits, zeros), 2);
        var largest = main.reduce(BinaryFunction.MAXIMUM, logits, 2);
        var exponentials = main.exponential(main.subtract(logits, main.broadcastAlong(largest, shape, 2)));
        var logSum = main.add(main.log(main.sum(exponentials, 2)), largest);
        writer.result("logprobs", main.subtract(target, logSum), PER_SEQUENCE);

        var isLargest = main.compare(logits, main.broadcastAlong(largest, shape, 2), ComparisonDirection.EQ);
        var behind = main.constant(columns.type(), config.vocabularySize());
        var firstLargest = main.reduce(BinaryFunction.MINIMUM, main.select(isLargest, columns, behind), 2);
        writer.result("greedy", main.compare(firstLargest, targets, ComparisonDirection.EQ), PER_SEQUENCE);
        return writer.build();
    }

    /**
     * A window of one sequence's tokens into its slot of the cache. The window begins at a multiple of its size, and a
     * token's row is its position in it: so a token is computed in the same way however its prompt is cut.
     *
     * <p>Inputs: {@code ids} i32 {@code [1, window]}; {@code slot}; {@code start}, the position of row 0; {@code first},
     * the first row that is new (those before it are in the cache, those behind the last id may be anything); all i32
     * scalars. Output: {@code normal} f32 {@code [1, window, width]}, which {@link #head} takes.
     *
     * @param window rows; must divide the cache's tokens
     * @throws IllegalArgumentException if it does not, or if there are replicas: each runs its own prefill
     */
    public ModelProgram prefill(CacheShape cache, int window) {
        if (cache.tokens() % window != 0 || mesh.dp() != 1) {
            throw new IllegalArgumentException("prefill in windows of " + window + " tokens on " + mesh.dp()
                    + " replicas: windows must divide a slot's " + cache.tokens() + " tokens, and replicas be 1");
        }
        var writer = writer("prefill", ModelWeights.body(weights())).withCaches(cache);
        var ids = writer.input("ids", TensorType.of(I32, 1, window), PER_SEQUENCE);
        var slot = writer.input("slot", TensorType.scalar(I32), Sharding.replicated(0));
        var start = writer.input("start", TensorType.scalar(I32), Sharding.replicated(0));
        var first = writer.input("first", TensorType.scalar(I32), Sharding.replicated(0));
        return new CachedPrograms(writer, cache).prefill(ids, slot, start, first);
    }

    /**
     * The next token of every slot at once. Inputs: {@code ids} i32 {@code [slots]}; {@code positions} i32
     * {@code [slots]}, each the number of tokens in the slot's cache, or -1 for a slot that has no token now. Output:
     * {@code logits} f32 {@code [slots, vocabulary]}; those of a slot without a token mean nothing.
     *
     * @throws IllegalArgumentException if the replicas cannot have equally many slots
     */
    public ModelProgram decode(CacheShape cache) {
        if (cache.slots() % mesh.dp() != 0) {
            throw new IllegalArgumentException(
                    "dp is " + mesh.dp() + ", it must divide the cache's " + cache.slots() + " slots");
        }
        var writer = writer("decode", weights()).withCaches(cache);
        var perSlot = Sharding.of(by(DP));
        var ids = writer.input("ids", TensorType.of(I32, cache.slots()), perSlot);
        var positions = writer.input("positions", TensorType.of(I32, cache.slots()), perSlot);
        return new CachedPrograms(writer, cache).decode(ids, positions);
    }

    /** Logits of prefilled rows: {@code normal} f32 {@code [1, rows, width]} to {@code logits} f32 {@code [rows, vocabulary]}. */
    public ModelProgram head(int rows) {
        var writer = writer("head", ModelWeights.head(weights()));
        var normal = writer.input("normal", TensorType.of(F32, 1, rows, config.width()), Sharding.replicated(3));
        var logits = writer.main().reshape(writer.forward().head(normal), rows, config.vocabularySize());
        writer.result("logits", logits, Sharding.of(whole(), vocabularySharding()));
        return writer.build();
    }

    /** Some rows of many logits: {@code logits} f32 {@code [rows, vocabulary]}, {@code indices} i32 {@code [picked]}. */
    public ModelProgram pick(int rows, int picked) {
        var writer = writer("pick", List.of());
        var cut = Sharding.of(mesh.dp() == 1 ? whole() : by(DP), vocabularySharding());
        var logits = writer.input("logits", TensorType.of(F32, rows, config.vocabularySize()), cut);
        var indices = writer.input("indices", TensorType.of(I32, picked), Sharding.replicated(1));
        writer.result("picked", writer.main().take(logits, indices), Sharding.of(whole(), vocabularySharding()));
        return writer.build();
    }

    /** One slot's tokens into another: {@code from} and {@code to}, i32 scalars. */
    public ModelProgram fork(CacheShape cache) {
        var writer = writer("fork", List.of()).withCaches(cache);
        var from = writer.input("from", TensorType.scalar(I32), Sharding.replicated(0));
        var to = writer.input("to", TensorType.scalar(I32), Sharding.replicated(0));
        return new CachedPrograms(writer, cache).fork(from, to);
    }

    /** Caches without a token: no input. */
    public ModelProgram caches(CacheShape cache) {
        var writer = writer("caches", List.of());
        var empty = writer.main().constant(cache.type(config, compute), 0);
        writer.cacheResults(empty, empty);
        return writer.build();
    }

    /**
     * One slot's tokens out of the caches, which stay as they are: {@code from}, an i32 scalar, to {@code keys} and
     * {@code values}, {@code [layers, 1, heads, tokens, headWidth]}.
     */
    public ModelProgram take(CacheShape cache) {
        var writer = writer("take", List.of()).readingCaches(cache);
        var from = writer.input("from", TensorType.scalar(I32), Sharding.replicated(0));
        return new CachedPrograms(writer, cache).take(from);
    }

    /** What {@link #take} gave, into a slot: {@code taken_keys}, {@code taken_values}, and {@code to}, an i32 scalar. */
    public ModelProgram put(CacheShape cache) {
        var writer = writer("put", List.of()).withCaches(cache);
        var type = new CacheShape(1, cache.tokens(), cache.block()).type(config, compute);
        var keys = writer.input("taken_keys", type, CacheShape.sharding());
        var values = writer.input("taken_values", type, CacheShape.sharding());
        var to = writer.input("to", TensorType.scalar(I32), Sharding.replicated(0));
        return new CachedPrograms(writer, cache).put(keys, values, to);
    }

    private Sharding logitsSharding() {
        return Sharding.of(by(DP), whole(), vocabularySharding());
    }

    DimensionSharding vocabularySharding() {
        return ModelWeights.cutsVocabulary(config, mesh) ? by(MP) : whole();
    }

    private ProgramWriter writer(String name, List<Weight> weights) {
        return new ProgramWriter(this, name, weights);
    }
}
