package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.vector.kernel.Kernels;

/**
 * GPT-J, from ids to logits. A block is {@code x + attention(n) + feedForward(n)} with {@code n = LayerNorm(x)}: both
 * branches read one norm and are added to the residual stream together.
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
        state.tiles.layOut(step.rows(), mostRows);
        embed(step);
        trace.rows("embed", step.rows(), config.width(), state.residual, state.stride);
        for (var layer = 0; layer < config.layers(); layer++) {
            block(step, layer, weights.blocks().get(layer));
        }
        head(step);
    }

    /** One row of the table for each id; GPT-J adds no positions here. */
    private void embed(StepRows step) {
        for (var part : step.parts()) {
            for (var i = 0; i < part.rows(); i++) {
                weights.embedding().read(part.ids()[i], state.residual, (part.firstRow() + i) * state.stride);
            }
        }
    }

    private void block(StepRows step, int layer, Block block) {
        var name = "block_" + layer;
        // n = LayerNorm(x)
        normalise(block.norm(), step.rows());
        trace.rows(name + ".ln_1", state.normed);
        // q, k, v = Wq n, Wk n, Wv n; h = gelu(Win n + bin)
        multiply(
                Product.of(block.query(), state.normed, state.query, state.stride),
                Product.of(block.key(), state.normed, state.key, state.stride),
                Product.of(block.value(), state.normed, state.value, state.stride),
                new Product(block.feedForwardIn(), state.normed, state.inner, state.innerStride, this::activate));
        // a = softmax(rotated q . rotated k / sqrt(headWidth)) v
        attend(step, layer);
        // Wo a; Wout h + bout
        multiply(
                Product.of(block.attentionOut(), state.attended, state.attention, state.stride),
                Product.of(block.feedForwardOut(), state.activated, state.feedForward, state.stride));
        trace.rows(name + ".attn", step.rows(), config.width(), state.attention, state.stride);
        trace.rows(name + ".mlp", step.rows(), config.width(), state.feedForward, state.stride);
        // x = x + attention + feed-forward
        addToResidual(step.rows());
        trace.rows(name, step.rows(), config.width(), state.residual, state.stride);
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

    /** All products at once, each cut by panels. */
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

    private void attend(StepRows step, int layer) {
        var heads = config.heads();
        var work = 0L;
        for (var part : step.parts()) {
            work += (long) part.rows() * (part.firstPosition() + part.rows()) * config.width() * 2;
        }
        workers.run(
                step.parts().size() * heads,
                work,
                (worker, item) -> attentions[worker].run(
                        step.parts().get(item / heads),
                        layer,
                        item % heads,
                        state.query,
                        state.key,
                        state.value,
                        state.stride,
                        state.attended));
    }

    private void addToResidual(int rows) {
        workers.run(rows, (long) rows * config.width(), (worker, row) -> {
            var at = row * state.stride;
            kernels.rows().addBoth(state.residual, at, config.width(), state.attention, at, state.feedForward, at);
        });
    }

    /** logits = Whead LayerNorm(x) + bhead, for the rows that are wanted. */
    private void head(StepRows step) {
        var rows = step.logitRows();
        var norm = weights.finalNorm();
        if (rows.length == 0) {
            return;
        }
        state.logitTiles.layOut(rows.length, mostRows);
        workers.run(rows.length, (long) rows.length * config.width(), (worker, i) -> {
            var scratch = state.attention;
            var at = rows[i] * state.stride;
            kernels.rows()
                    .layerNorm(
                            state.residual, at, config.width(), norm.gain(), norm.bias(), norm.epsilon(), scratch, at);
            state.headInput.put(i, 0, scratch, at, config.width());
        });
        trace.rows("ln_f", state.headInput);
        multiply(Product.of(weights.head(), state.headInput, state.logits, state.logitStride));
    }
}
