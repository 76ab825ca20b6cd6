package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Value;

/**
 * How well logits predict their targets, token by token, each {@code [batch, sequence]}.
 *
 * @param target logit of the target less the largest, which is 0 where the target is among the likeliest
 * @param logSum logarithm of the sum of exponentials, behind the subtraction of the largest logit
 */
record TokenLosses(Value target, Value logSum) {
    /**
     * mesh-transformer-jax {@code layers.py}, {@code ProjectionShard.loss}.
     *
     * @param logits {@code [batch, sequence, vocabulary]}
     * @param targets {@code i32} of {@code [batch, sequence]}
     */
    static TokenLosses of(BlockBuilder b, Value logits, Value targets) {
        var shape = logits.shape();
        var largest = b.stopGradient(b.reduce(BinaryFunction.MAXIMUM, logits, 2));
        var shifted = b.subtract(logits, b.broadcastAlong(largest, shape, 2));
        var columns = b.iota(logits.type().with(I32), 2);
        var isTarget = b.compare(columns, b.broadcastAlong(targets, shape, 2), ComparisonDirection.EQ);
        var target = b.sum(b.select(isTarget, shifted, b.constant(logits.type(), 0)), 2);
        return new TokenLosses(target, b.log(b.sum(b.exponential(shifted), 2)));
    }

    /** Nats. */
    Value crossEntropy(BlockBuilder b) {
        return b.subtract(logSum, target);
    }

    /**
     * What a step reports of a micro-batch, as fp32 scalars.
     *
     * @param loss the mean cross-entropy and the z-loss: what is differentiated
     * @param zLoss its factor times the mean of the squared {@link #logSum}. PaLM penalises the logarithm of the softmax's
     *     denominator itself; mesh-transformer-jax, as here, what is left of it without the largest logit
     * @param lastLoss mean cross-entropy of the last tokens, and the z-loss, for mesh-transformer-jax adds that to every
     *     token's loss
     */
    record Means(Value loss, Value crossEntropy, Value zLoss, Value lastLoss, Value correctFraction) {}

    /** @param zFactor 0 for none */
    Means means(BlockBuilder b, double zFactor) {
        var entropies = crossEntropy(b);
        var last = logSum.dimension(1) - 1;
        var crossEntropy = b.mean(entropies, 0, 1);
        var zLoss = b.multiply(b.mean(b.multiply(logSum, logSum), 0, 1), b.scalar(F32, zFactor));
        var correct = b.compare(target, b.constant(target.type(), 0), ComparisonDirection.EQ);
        return new Means(
                b.add(crossEntropy, zLoss),
                crossEntropy,
                zLoss,
                b.add(b.mean(b.slice(entropies, 1, last, last + 1), 0, 1), zLoss),
                b.mean(b.convert(correct, F32), 0, 1));
    }
}
