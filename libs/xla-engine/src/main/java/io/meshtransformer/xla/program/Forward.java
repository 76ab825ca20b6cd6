package io.meshtransformer.xla.program;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** GPT-J's stages strung together in one block of a program, with the weights that are there. */
final class Forward {
    private final BlockBuilder b;
    private final Gptj model;
    private final GptjConfig config;
    private final Map<String, Value> weights;
    private final Optional<List<Gptj.BlockWeights>> layers;
    private final SliceUse sliceUse;
    private final BlockForm form;

    /** @param weights by {@link Weight#name()}, those of the stages that are used; may be filled later */
    Forward(BlockBuilder b, Gptj model, GptjConfig config, Map<String, Value> weights) {
        this(b, model, config, weights, Optional.empty(), (_, _, slice) -> slice, BlockForm.PLAIN);
    }

    /**
     * What a block is made of.
     *
     * @param names of the stacked weights whose slices it takes
     * @param of puts the slices, in that order, in their places
     */
    record BlockForm(List<String> names, Function<List<Value>, Gptj.BlockWeights> of) {
        static final BlockForm PLAIN = new BlockForm(
                Arrays.stream(BlockTensor.values()).map(ModelWeights::name).toList(), Gptj.BlockWeights::of);
    }

    /**
     * @param layers each block's weights, to write one block behind the other; without them the blocks are one loop over
     *     stacked weights
     */
    Forward(
            BlockBuilder b,
            Gptj model,
            GptjConfig config,
            Map<String, Value> weights,
            Optional<List<Gptj.BlockWeights>> layers,
            SliceUse sliceUse,
            BlockForm form) {
        this.form = form;
        this.layers = layers;
        this.sliceUse = sliceUse;
        this.b = b;
        this.model = model;
        this.config = config;
        this.weights = weights;
    }

    /** What is done with one layer's part of a stacked weight before it is used. */
    @FunctionalInterface
    interface SliceUse {
        Value of(BlockBuilder b, String weight, Value slice);
    }

    /** What a program keeps of each block, to be stacked over the layers. */
    @FunctionalInterface
    interface Kept {
        List<Value> of(BlockBuilder b, Gptj.BlockOutput block, Gptj.BlockWeights weights);
    }

    /** Rows of the embedding, and where a model has it, the bias that mesh-transformer-jax adds to all of them. */
    Value embed(Value ids) {
        var rows = model.embed(b, weights.get(GptjTensors.EMBEDDING), ids);
        var bias = weights.get(StateTensor.EMBEDDING_BIAS);
        return bias == null
                ? rows
                : b.add(
                        rows,
                        b.broadcast(
                                b.convert(bias, ElementType.F32), rows.shape().toArray()));
    }

    /** Runs all blocks. Returns the residual stream behind the last, then what is kept, {@code [layers, ...]}. */
    List<Value> scan(Value embedded, Rotary.Angles angles, Attention attention, Kept kept) {
        var names = form.names();
        var stacked = names.stream().map(weights::get).toList();
        return b.scan(config.layers(), List.of(embedded), stacked, (inner, layer, carries, slices) -> {
            var used = IntStream.range(0, slices.size())
                    .mapToObj(i -> sliceUse.of(inner, names.get(i), slices.get(i)))
                    .toList();
            var block = form.of().apply(used);
            var output = model.block(inner, layer, carries.getFirst(), block, angles, attention);
            var results = new ArrayList<Value>();
            results.add(output.residual());
            results.addAll(kept.of(inner, output, block));
            return results;
        });
    }

    /** The residual stream of whole sequences, ids {@code [batch, sequence]}. */
    Value withoutCache(Value ids) {
        var angles = Rotary.angles(b, config, b.iota(ids.type(), 1));
        var attention = new CausalAttention();
        var residual = embed(ids);
        if (layers.isEmpty()) {
            return scan(residual, angles, attention, (_, _, _) -> List.of()).getFirst();
        }
        for (var layer = 0; layer < config.layers(); layer++) {
            var block = layers.get().get(layer);
            residual = model.block(b, b.scalar(ElementType.I32, layer), residual, block, angles, attention)
                    .residual();
        }
        return residual;
    }

    Value finalNorm(Value residual) {
        var scale = weights.get(GptjTensors.FINAL_NORM_WEIGHT);
        return model.layerNorm(b, residual, scale, weights.get(GptjTensors.FINAL_NORM_BIAS));
    }

    Value head(Value normal) {
        return model.head(b, normal, weights.get(GptjTensors.HEAD_WEIGHT), weights.get(GptjTensors.HEAD_BIAS));
    }

    /** All logits of whole sequences, ids {@code [batch, sequence]}. */
    Value logits(Value ids) {
        return head(finalNorm(withoutCache(ids)));
    }
}
