package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.vector.kernel.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * GPT-J, from ids to logits. A block is {@code x + attention(n) + feedForward(n)} with {@code n = LayerNorm(x)}: both
 * branches read one norm and are added to the residual stream together. Of the last block only what logits are wanted of is
 * computed.
 *
 * <p>Wang and Komatsuzaki, GPT-J-6B, 2021; section "Forward pass" of mesh-transformer-jax's layers.
 */
final class ForwardPass {
    private final GptjConfig config;
    private final Weights weights;
    private final Kernels kernels;
    private final Workers workers;
    private final Activations state;
    private final Attention[] attentions;
    private final int mostRows;
    private final Optional<FirstBlock> firstBlock;
    private Trace trace = Trace.NONE;

    ForwardPass(
            GptjConfig config, Weights weights, Kernels kernels, Workers workers, Activations state, KvCache cache) {
        this.config = config;
        this.weights = weights;
        this.kernels = kernels;
        this.workers = workers;
        this.state = state;
        this.attentions = new Attention[workers.threads()];
        this.mostRows = weights.head().matrix().mostRows();
        this.firstBlock = FirstBlock.of(config);
        var rotary = new RotaryTable(config);
        for (var i = 0; i < attentions.length; i++) {
            attentions[i] = new Attention(config, rotary, cache, kernels.attention(), kernels.rows());
        }
    }

    void trace(Trace newTrace) {
        trace = newTrace;
    }

    /** Leaves keys and values in the cache, and in {@link Activations#logits} a row for each that is wanted. */
    void forward(StepRows step) {
        if (step.rows() == 0) {
            return;
        }
        // A trace sees every block computed.
        var remembered = trace == Trace.NONE ? firstBlock : Optional.<FirstBlock>empty();
        remembered.ifPresent(first -> learn(step, first));
        state.tiles.layOut(step.rows(), mostRows);
        embed(step);
        trace.rows("embed", step.rows(), config.width(), state.residual, state.stride);
        for (var layer = 0; layer < config.layers(); layer++) {
            var block = weights.blocks().get(layer);
            if (layer == 0 && remembered.isPresent()) {
                recall(step, remembered.get(), block);
            } else if (layer == config.layers() - 1 && step.narrows()) {
                lastBlock(step, layer, block);
            } else {
                block(step, layer, block);
            }
        }
        head(step.logitRows().length);
    }

    /** One row of the table for each id; GPT-J adds no positions here. */
    private void embed(StepRows step) {
        for (var part : step.parts()) {
            for (var i = 0; i < part.rows(); i++) {
                weights.embedding().read(part.ids()[i], state.residual, (part.firstRow() + i) * state.stride);
            }
        }
    }

    /** Computes of the first block what depends on ids alone, for those that come up for the first time. */
    private void learn(StepRows step, FirstBlock first) {
        var ids = step.parts().stream()
                .flatMapToInt(part -> Arrays.stream(part.ids()))
                .filter(id -> !first.knows(id))
                .distinct()
                .toArray();
        if (ids.length == 0) {
            return;
        }
        var block = weights.blocks().getFirst();
        state.tiles.layOut(ids.length, mostRows);
        for (var i = 0; i < ids.length; i++) {
            weights.embedding().read(ids[i], state.residual, i * state.stride);
        }
        normalise(block.norm(), ids.length);
        multiply(feedForwardIn(block), query(block), key(block), value(block));
        multiply(feedForwardOut(block));
        for (var i = 0; i < ids.length; i++) {
            first.learn(ids[i], i, state);
        }
    }

    /** The first block, of what is known of its ids. */
    private void recall(StepRows step, FirstBlock first, Block block) {
        workers.run(step.parts().size(), (long) step.rows() * config.width(), (worker, item) -> {
            var part = step.parts().get(item);
            for (var i = 0; i < part.rows(); i++) {
                first.recall(part.ids()[i], state, part.firstRow() + i);
            }
        });
        attend(step, 0);
        multiply(attentionOut(block));
        addToResidual(step.rows());
    }

    private void block(StepRows step, int layer, Block block) {
        normalise(block.norm(), step.rows());
        trace.rows(name(layer) + ".ln_1", state.normed);
        // q, k, v = Wq n, Wk n, Wv n; h = gelu(Win n + bin)
        multiply(feedForwardIn(block), query(block), key(block), value(block));
        attend(step, layer);
        finish(layer, block, step.rows());
    }

    /** a = softmax(rotated q . rotated k / sqrt(headWidth)) v */
    private void attend(StepRows step, int layer) {
        var heads = config.heads();
        workers.run(step.parts().size() * heads, attentionWork(step.parts()), (worker, item) -> {
            var part = step.parts().get(item / heads);
            remember(worker, part, layer, item % heads);
            attend(worker, part.queries(), layer, item % heads);
        });
    }

    /**
     * A block whose output is wanted of some rows only, as nothing comes after it: all leave their keys and values, and the
     * others are dropped then. The wanted rows move together.
     */
    private void lastBlock(StepRows step, int layer, Block block) {
        var heads = config.heads();
        var wanted = step.logitRows();
        normalise(block.norm(), step.rows());
        multiply(key(block), value(block));
        workers.run(
                step.parts().size() * heads,
                (long) step.rows() * config.width(),
                (worker, item) -> remember(worker, step.parts().get(item / heads), layer, item % heads));
        if (wanted.length == 0) {
            return;
        }
        for (var i = 0; i < wanted.length; i++) {
            System.arraycopy(
                    state.residual, wanted[i] * state.stride, state.residual, i * state.stride, config.width());
        }
        state.tiles.layOut(wanted.length, mostRows);
        normalise(block.norm(), wanted.length);
        multiply(feedForwardIn(block), query(block));
        workers.run(
                step.parts().size() * heads,
                attentionWork(step.parts()),
                (worker, item) -> attend(worker, step.parts().get(item / heads).logitQueries(), layer, item % heads));
        finish(layer, block, wanted.length);
    }

    /** {@code x = x + Wo a + Wout h + bout} */
    private void finish(int layer, Block block, int rows) {
        multiply(feedForwardOut(block), attentionOut(block));
        trace.rows(name(layer) + ".attn", rows, config.width(), state.attention, state.stride);
        trace.rows(name(layer) + ".mlp", rows, config.width(), state.feedForward, state.stride);
        addToResidual(rows);
        trace.rows(name(layer), rows, config.width(), state.residual, state.stride);
    }

    private static String name(int layer) {
        return "block_" + layer;
    }

    private Product query(Block block) {
        return Product.of(block.query(), state.normed, state.query, state.stride);
    }

    private Product key(Block block) {
        return Product.of(block.key(), state.normed, state.key, state.stride);
    }

    private Product value(Block block) {
        return Product.of(block.value(), state.normed, state.value, state.stride);
    }

    private Product feedForwardIn(Block block) {
        return new Product(block.feedForwardIn(), state.normed, state.inner, state.innerStride, this::activate);
    }

    private Product feedForwardOut(Block block) {
        return Product.of(block.feedForwardOut(), state.activated, state.feedForward, state.stride);
    }

    private Product attentionOut(Block block) {
        return Product.of(block.attentionOut(), state.attended, state.attention, state.stride);
    }

    private void normalise(Norm norm, int rows) {
        workers.run(rows, (long) rows * config.width(), (worker, row) -> {
            // The row's place in the output of attention is free until attention runs.
            var scratch = state.attention;
            var at = row * state.stride;
            kernels.rows()
                    .layerNorm(
                            state.residual, at, config.width(), norm.gain(), norm.bias(), norm.epsilon(), scratch, at);
            state.normed.put(row, 0, scratch, at, config.width());
        });
    }

    /** All products at once, each cut by panels; the largest comes first, so that no thread begins it when the others end. */
    private void multiply(Product... products) {
        var items = 0;
        var work = 0L;
        for (var product : products) {
            items += product.items();
            work += product.work();
        }
        workers.run(items, work, (worker, item) -> {
            var rest = item;
            for (var product : products) {
                if (rest < product.items()) {
                    product.run(rest);
                    return;
                }
                rest -= product.items();
            }
        });
    }

    private void activate(int column, int count) {
        for (var row = 0; row < state.tiles.rows(); row++) {
            var at = row * state.innerStride + column;
            kernels.rows().gelu(state.inner, at, count);
            state.activated.put(row, column, state.inner, at, count);
        }
    }

    private void remember(int worker, StepRows.Part part, int layer, int head) {
        attentions[worker].remember(part, layer, head, state.key, state.value, state.stride);
    }

    private void attend(int worker, StepRows.Queries queries, int layer, int head) {
        attentions[worker].attend(queries, layer, head, state.query, state.stride, state.attended);
    }

    /** Multiply-adds, where all rows attend. */
    private long attentionWork(List<StepRows.Part> parts) {
        var work = 0L;
        for (var part : parts) {
            work += (long) part.rows() * (part.lastPosition() + 1) * config.width() * 2;
        }
        return work;
    }

    private void addToResidual(int rows) {
        workers.run(rows, (long) rows * config.width(), (worker, row) -> {
            var at = row * state.stride;
            kernels.rows().addBoth(state.residual, at, config.width(), state.attention, at, state.feedForward, at);
        });
    }

    /** logits = Whead LayerNorm(x) + bhead, of the rows that are left. */
    private void head(int rows) {
        if (rows == 0) {
            return;
        }
        normalise(weights.finalNorm(), rows);
        trace.rows("ln_f", state.normed);
        multiply(Product.of(weights.head(), state.normed, state.logits, state.logitStride));
    }
}
