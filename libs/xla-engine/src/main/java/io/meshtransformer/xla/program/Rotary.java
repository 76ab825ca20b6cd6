package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;

/**
 * The rotary position embedding, on adjacent pairs: {@code (a, b)} at a position turns to
 * {@code (a cos - b sin, b cos + a sin)} by the angle {@code position x 10000^(-2 pair / rotaryDimensions)}, in fp32 as
 * Hugging Face computes it. Dimensions behind the rotary ones have the frequency 0, so that a head stays one piece.
 *
 * <p>RoFormer, Su et al. 2021.
 */
final class Rotary {
    private static final double BASE = 10_000;

    private Rotary() {}

    /**
     * Of every dimension of a head at each row's position, {@code [sequences, rows, headWidth]}.
     *
     * @param sines with the sign that the partner in the pair gets: minus at even dimensions
     */
    record Angles(Value cosines, Value sines) {}

    /** @param positions {@code i32} of {@code [sequences, rows]} */
    static Angles angles(BlockBuilder b, GptjConfig config, Value positions) {
        var type = TensorType.of(F32, positions.dimension(0), positions.dimension(1), config.headWidth());
        var frequencies = b.constant(Literal.of(TensorType.of(F32, config.headWidth()), frequencies(config)));
        var angles = b.multiply(
                b.broadcastInDim(b.convert(positions, F32), type.shape(), 0, 1),
                b.broadcastInDim(frequencies, type.shape(), 2));
        var sine = b.sine(angles);
        return new Angles(b.cosine(angles), b.select(even(b, type), b.negate(sine), sine));
    }

    private static double[] frequencies(GptjConfig config) {
        var frequencies = new double[config.headWidth()];
        for (var dimension = 0; dimension < config.rotaryDimensions(); dimension++) {
            var exponent = (float) (dimension / 2 * 2) / config.rotaryDimensions();
            frequencies[dimension] = 1f / (float) StrictMath.pow(BASE, exponent);
        }
        return frequencies;
    }

    /** Turns {@code [sequences, rows, heads, headWidth]}, fp32. */
    static Value rotate(BlockBuilder b, Value x, Angles angles) {
        var last = x.dimension(3);
        var next = b.concatenate(3, b.slice(x, 3, 1, last), b.slice(x, 3, 0, 1));
        var previous = b.concatenate(3, b.slice(x, 3, last - 1, last), b.slice(x, 3, 0, last - 1));
        var partner = b.select(even(b, x.type()), next, previous);
        var shape = x.shape();
        return b.add(
                b.multiply(x, b.broadcastInDim(angles.cosines(), shape, 0, 1, 3)),
                b.multiply(partner, b.broadcastInDim(angles.sines(), shape, 0, 1, 3)));
    }

    /** Whether an element's last index is even. */
    private static Value even(BlockBuilder b, TensorType type) {
        var line = TensorType.of(I32, type.dimension(type.rank() - 1));
        var parity = b.and(b.iota(line, 0), b.constant(line, 1));
        var even = b.compare(parity, b.constant(line, 0), ComparisonDirection.EQ);
        return b.broadcastInDim(even, type.shape(), type.rank() - 1);
    }
}
