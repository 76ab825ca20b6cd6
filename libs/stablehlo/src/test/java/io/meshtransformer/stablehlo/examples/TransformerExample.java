package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The logits of a GPT-J without its rotation: blocks scanned over stacked weights, attention and feed-forward side by
 * side, heads and feed-forward columns cut by {@code mp}, sequences by {@code dp}. An example of how a model is written.
 */
public record TransformerExample(
        Mesh mesh,
        ElementType weights,
        int batch,
        int sequence,
        int layers,
        int heads,
        int headWidth,
        int feedForwardWidth,
        int vocabulary) {

    public Program program() {
        var program = ProgramBuilder.program("transformer", mesh);
        var main = program.function("main");
        var logits = logits(main, new ArrayList<>());
        main.result("logits", logits, Sharding.of(by("dp"), whole(), by("mp"))).build();
        return program.build();
    }

    /** Takes the tokens that follow too. Gives the mean loss, and gradients of the weights in the weights' order. */
    public Program gradients() {
        var program = ProgramBuilder.program("transformer_gradients", mesh);
        var main = program.function("main");
        var parameters = new ArrayList<Weight>();
        var logits = logits(main, parameters);
        var next = main.argument("next", TensorType.of(I32, batch, sequence), Sharding.of(by("dp"), whole()));
        var loss = loss(main, logits, next);
        var gradients =
                main.gradients(loss, parameters.stream().map(Weight::value).toList());
        main.result("loss", loss, Sharding.replicated(0));
        for (var i = 0; i < gradients.size(); i++) {
            main.result(
                    parameters.get(i).name(),
                    gradients.get(i),
                    parameters.get(i).sharding());
        }
        main.build();
        return program.build();
    }

    private record Weight(String name, Value value, Sharding sharding) {}

    /** @param parameters gets the weights */
    private Value logits(FunctionBuilder main, List<Weight> parameters) {
        var tokens = main.argument("tokens", TensorType.of(I32, batch, sequence), Sharding.of(by("dp"), whole()));
        var embedding = weight(parameters, main, "wte", type(vocabulary, width()), Sharding.split(2, 0, "mp"));
        var scale = vectors(parameters, main, "ln_1.weight");
        var offset = vectors(parameters, main, "ln_1.bias");
        var query = weight(parameters, main, "attn.q", type(layers, width(), width()), Sharding.split(3, 2, "mp"));
        var key = weight(parameters, main, "attn.k", type(layers, width(), width()), Sharding.split(3, 2, "mp"));
        var value = weight(parameters, main, "attn.v", type(layers, width(), width()), Sharding.split(3, 2, "mp"));
        var out = weight(parameters, main, "attn.out", type(layers, width(), width()), Sharding.split(3, 1, "mp"));
        var in =
                weight(parameters, main, "mlp.in", type(layers, width(), feedForwardWidth), Sharding.split(3, 2, "mp"));
        var back = weight(
                parameters, main, "mlp.out", type(layers, feedForwardWidth, width()), Sharding.split(3, 1, "mp"));
        var head = weight(parameters, main, "lm_head", type(width(), vocabulary), Sharding.split(2, 1, "mp"));

        var mask = causalMask(main);
        var embedded = main.convert(main.take(embedding, tokens), wide());
        var residual = main.scan(
                layers,
                List.of(embedded),
                List.of(scale, offset, query, key, value, out, in, back),
                (block, _, carries, layer) -> List.of(block(block, carries.getFirst(), layer, mask)));
        return product(main, main.convert(residual.getFirst(), weights), head);
    }

    /** Mean of {@code -log softmax(logits)[next]}. */
    private Value loss(FunctionBuilder f, Value logits, Value next) {
        var shape = logits.shape();
        var largest = f.stopGradient(f.reduce(BinaryFunction.MAXIMUM, logits, 2));
        var shifted = f.subtract(logits, f.broadcastAlong(largest, shape, 2));
        var normalizer = f.log(f.sum(f.exponential(shifted), 2));
        var isNext =
                f.compare(f.iota(logits.type().with(I32), 2), f.broadcastAlong(next, shape, 2), ComparisonDirection.EQ);
        var chosen = f.sum(f.select(isNext, shifted, f.constant(logits.type(), 0)), 2);
        return f.mean(f.subtract(normalizer, chosen), 0, 1);
    }

    /** {@code x + attention(layerNorm(x)) + feedForward(layerNorm(x))}, x of {@code [batch, sequence, width]}. */
    private Value block(BlockBuilder b, Value x, List<Value> layer, Value mask) {
        var normal = b.convert(layerNorm(b, x, layer.get(0), layer.get(1)), weights);
        var attention = attention(b, normal, layer.subList(2, 6), mask);
        var inner = b.convert(gelu(b, product(b, normal, layer.get(6))), weights);
        return b.add(x, b.add(attention, product(b, inner, layer.get(7))));
    }

    private Value attention(BlockBuilder b, Value normal, List<Value> projections, Value mask) {
        var perHead = Sharding.of(by("dp"), whole(), by("mp"), whole());
        var parts = projections.subList(0, 3).stream()
                .map(weight -> b.convert(product(b, normal, weight), weights))
                .map(part -> b.reshape(part, batch, sequence, heads, headWidth))
                .map(part -> b.shardingConstraint(part, perHead))
                .toList();
        var perSequenceAndHead = DotDimensions.contracting(3, 3).batching(List.of(0, 2), List.of(0, 2));
        // [batch, heads, query, key]
        var scores = b.dotGeneral(parts.get(0), parts.get(1), perSequenceAndHead, Precision.DEFAULT, wide());
        var scaled = b.divide(scores, b.constant(scores.type(), Math.sqrt(headWidth)));
        var masked = b.add(scaled, b.broadcast(mask, batch, heads, sequence, sequence));
        var probabilities = b.convert(b.softmax(masked, 3), weights);
        var weighted = b.dotGeneral(
                probabilities, parts.get(2), DotDimensions.contracting(3, 1).batching(List.of(0, 1), List.of(0, 2)));
        var joined = b.reshape(b.transpose(weighted, 0, 2, 1, 3), batch, sequence, width());
        return product(b, joined, projections.get(3));
    }

    private Value layerNorm(BlockBuilder b, Value x, Value scale, Value offset) {
        var shape = x.shape();
        var centred = b.subtract(x, b.broadcastAlong(b.mean(x, 2), shape, 2));
        var variance = b.mean(b.multiply(centred, centred), 2);
        var inverse = b.rsqrt(b.add(variance, b.constant(variance.type(), 1e-5)));
        var normal = b.multiply(centred, b.broadcastAlong(inverse, shape, 2));
        return b.add(
                b.multiply(normal, b.broadcast(scale, batch, sequence, width())),
                b.broadcast(offset, batch, sequence, width()));
    }

    /** The approximation by tanh, as in the 2021 model. */
    private Value gelu(BlockBuilder b, Value x) {
        var cube = b.multiply(x, b.multiply(x, x));
        var inner = b.multiply(
                b.constant(x.type(), Math.sqrt(2 / Math.PI)),
                b.add(x, b.multiply(b.constant(x.type(), 0.044715), cube)));
        var half = b.multiply(b.constant(x.type(), 0.5), x);
        return b.multiply(half, b.add(b.constant(x.type(), 1), b.tanh(inner)));
    }

    /** 0 where a query may look, -1e10 behind it: {@code [query, key]}. */
    private Value causalMask(FunctionBuilder f) {
        var places = TensorType.of(I32, sequence, sequence);
        var type = TensorType.of(wide(), sequence, sequence);
        var visible = f.compare(f.iota(places, 0), f.iota(places, 1), ComparisonDirection.GE);
        return f.select(visible, f.constant(type, 0), f.constant(type, -1e10));
    }

    /** {@code x W}. */
    private Value product(BlockBuilder b, Value x, Value weight) {
        return b.dotGeneral(x, weight, DotDimensions.contracting(2, 0), Precision.DEFAULT, wide());
    }

    private static Value weight(
            List<Weight> parameters, FunctionBuilder f, String name, TensorType type, Sharding sharding) {
        parameters.add(new Weight(name, f.argument(name, type, sharding), sharding));
        return parameters.getLast().value();
    }

    /** A vector for each layer, on every device. */
    private Value vectors(List<Weight> parameters, FunctionBuilder f, String name) {
        return weight(parameters, f, name, TensorType.of(wide(), layers, width()), Sharding.replicated(2));
    }

    /** In which the residual stream is kept, and products are summed. */
    private ElementType wide() {
        return weights == F64 ? F64 : F32;
    }

    private TensorType type(long... dimensions) {
        return TensorType.of(weights, dimensions);
    }

    private int width() {
        return heads * headWidth;
    }
}
