package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;
import static io.meshtransformer.xla.program.DeviceMesh.MP;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GPT-J, stage by stage, as every program uses it. Activations are {@code [sequences, rows, ...]}: rows are a sequence's
 * tokens. The residual stream, norms, softmax and all sums are fp32; what is multiplied by a matrix has the compute type.
 *
 * <p>Wang and Komatsuzaki 2021; mesh-transformer-jax {@code mesh_transformer/layers.py}.
 */
final class Gptj {
    private final GptjConfig config;
    private final ElementType compute;

    Gptj(GptjConfig config, ElementType compute) {
        this.config = config;
        this.compute = compute;
    }

    /** A matrix {@code [out, in]}, and what is trained in its place, if it is not itself. */
    record Linear(Value weight, Optional<LowRank> adapter) {}

    /**
     * An adapter: {@code scale up down} is added to a matrix. Hu et al. 2021.
     *
     * @param down {@code [rank, in]}
     * @param up {@code [out, rank]}
     */
    record LowRank(Value down, Value up, double scale) {}

    /** The weights of one block, in the order of {@link io.meshtransformer.gptj.BlockTensor}. */
    record BlockWeights(
            Value normScale,
            Value normOffset,
            Linear query,
            Linear key,
            Linear value,
            Linear attentionOut,
            Value feedForwardIn,
            Value feedForwardInBias,
            Value feedForwardOut,
            Value feedForwardOutBias) {
        static BlockWeights of(List<Value> slices) {
            return of(slices, Map.of());
        }

        /** @param adapters of matrices of attention */
        static BlockWeights of(List<Value> slices, Map<BlockTensor, LowRank> adapters) {
            return new BlockWeights(
                    slices.get(0),
                    slices.get(1),
                    new Linear(slices.get(2), Optional.ofNullable(adapters.get(BlockTensor.QUERY))),
                    new Linear(slices.get(3), Optional.ofNullable(adapters.get(BlockTensor.KEY))),
                    new Linear(slices.get(4), Optional.ofNullable(adapters.get(BlockTensor.VALUE))),
                    new Linear(slices.get(5), Optional.ofNullable(adapters.get(BlockTensor.ATTENTION_OUT))),
                    slices.get(6),
                    slices.get(7),
                    slices.get(8),
                    slices.get(9));
        }
    }

    /**
     * What a block computes; most programs need the residual stream, and keys and values for the cache.
     *
     * @param keys rotated, {@code [sequences, rows, heads, headWidth]} like the values
     */
    record BlockOutput(Value residual, Value normal, Value attention, Value feedForward, Value keys, Value values) {}

    /** Rows of the embedding: ids {@code [sequences, rows]} to {@code [sequences, rows, width]}. No position is added. */
    Value embed(BlockBuilder b, Value embedding, Value ids) {
        return perSequence(b, b.convert(b.take(embedding, ids), F32));
    }

    /** {@code x + attention(layerNorm(x)) + feedForward(layerNorm(x))}: one norm, both branches side by side. */
    BlockOutput block(
            BlockBuilder b, Value layer, Value x, BlockWeights weights, Rotary.Angles angles, Attention attention) {
        var normal = layerNorm(b, x, weights.normScale(), weights.normOffset());
        var input = b.convert(normal, compute);

        var queries = b.convert(Rotary.rotate(b, heads(b, product(b, input, weights.query())), angles), compute);
        var keys = b.convert(Rotary.rotate(b, heads(b, product(b, input, weights.key())), angles), compute);
        var values = b.convert(heads(b, product(b, input, weights.value())), compute);
        var weighted = joined(b, attention.attend(b, layer, queries, keys, values));
        var attended = product(b, b.convert(weighted, compute), weights.attentionOut());

        var inner = plus(b, product(b, input, weights.feedForwardIn()), weights.feedForwardInBias());
        var fed = product(b, b.convert(geluNew(b, inner), compute), weights.feedForwardOut());

        // Parts of both sums lie on different devices: added first, they are reduced over the devices once.
        var both = plus(b, b.add(attended, fed), weights.feedForwardOutBias());
        return new BlockOutput(perSequence(b, b.add(x, both)), normal, attended, fed, keys, values);
    }

    /** Rows of normalised residual stream {@code [sequences, rows, width]} to logits {@code [sequences, rows, vocabulary]}. */
    Value head(BlockBuilder b, Value normal, Value weight, Value bias) {
        return plus(b, product(b, b.convert(normal, compute), weight), bias);
    }

    /** Over the last dimension: {@code scale (x - mean) rsqrt(variance + epsilon) + offset}, with the biased variance. */
    Value layerNorm(BlockBuilder b, Value x, Value scale, Value offset) {
        var last = x.rank() - 1;
        var centred = b.subtract(x, b.broadcastAlong(b.mean(x, last), x.shape(), last));
        var variance = b.mean(b.multiply(centred, centred), last);
        var inverse = b.rsqrt(b.add(variance, b.constant(variance.type(), config.layerNormEpsilon())));
        var normal = b.multiply(centred, b.broadcastAlong(inverse, x.shape(), last));
        return plus(b, b.multiply(normal, b.broadcast(scale, x.shape().toArray())), offset);
    }

    /** GELU's approximation by tanh, Hendrycks and Gimpel 2016: {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}. */
    private static Value geluNew(BlockBuilder b, Value x) {
        var cube = b.multiply(x, b.multiply(x, x));
        var inner = b.multiply(
                b.constant(x.type(), Math.sqrt(2 / Math.PI)),
                b.add(x, b.multiply(b.constant(x.type(), 0.044715), cube)));
        var half = b.multiply(b.constant(x.type(), 0.5), x);
        return b.multiply(half, b.add(b.constant(x.type(), 1), b.tanh(inner)));
    }

    /** {@code x W^T}: inputs {@code [sequences, rows, in]}, a matrix {@code [out, in]}, sums in fp32. */
    private Value product(BlockBuilder b, Value x, Value matrix) {
        return b.dotGeneral(x, matrix, DotDimensions.contracting(2, 1), precision(compute), F32);
    }

    /** The same through a matrix and its adapter, whose product is never put together. */
    private Value product(BlockBuilder b, Value x, Linear linear) {
        var product = product(b, x, linear.weight());
        if (linear.adapter().isEmpty()) {
            return product;
        }
        var adapter = linear.adapter().get();
        var inner = b.convert(product(b, x, adapter.down()), compute);
        var added = product(b, inner, adapter.up());
        return b.add(product, b.multiply(added, b.constant(added.type(), adapter.scale())));
    }

    /** TPUs and GPUs would round fp32 factors to fewer bits unless it is forbidden. */
    static Precision precision(ElementType type) {
        return type == F32 ? Precision.HIGHEST : Precision.DEFAULT;
    }

    /** {@code [sequences, rows, width]} to {@code [sequences, rows, heads, headWidth]}, each head on one device. */
    private Value heads(BlockBuilder b, Value x) {
        var split = b.reshape(x, x.dimension(0), x.dimension(1), config.heads(), config.headWidth());
        return b.shardingConstraint(split, Sharding.of(by(DP), whole(), by(MP), whole()));
    }

    private Value joined(BlockBuilder b, Value heads) {
        return b.reshape(heads, heads.dimension(0), heads.dimension(1), config.width());
    }

    /** The residual stream: a sequence is on the devices of one replica, whole on each. */
    private static Value perSequence(BlockBuilder b, Value x) {
        return b.shardingConstraint(x, Sharding.of(by(DP), whole(), whole()));
    }

    private static Value plus(BlockBuilder b, Value x, Value vector) {
        return b.add(x, b.broadcast(vector, x.shape().toArray()));
    }
}
