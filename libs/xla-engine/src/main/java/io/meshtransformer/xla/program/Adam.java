package io.meshtransformer.xla.program;

import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;

/**
 * Adam with decoupled decay, Kingma and Ba 2015, Loshchilov and Hutter 2019, as in optax's {@code scale_by_adam}: epsilon
 * is added to the root. All scalars are fp32; what depends on the step's number comes from the host, which has it in fp64.
 *
 * @param rate the learning rate
 * @param firstCorrection {@code 1 / (1 - beta1^step)}
 * @param secondCorrection {@code 1 / (1 - beta2^step)}
 */
record Adam(OptimiserOptions options, Value rate, Value firstCorrection, Value secondCorrection) {
    /** A weight and its moments, all laid out alike. */
    record Moved(Value parameter, Value first, Value second) {}

    Moved move(BlockBuilder b, TrainedWeight weight, Value parameter, Value first, Value second, Value gradient) {
        var newFirst = mixed(b, options.beta1(), first, gradient);
        var newSecond = mixed(b, options.beta2(), second, b.multiply(gradient, gradient));
        var root = b.sqrt(times(b, newSecond, secondCorrection));
        var direction =
                b.divide(times(b, newFirst, firstCorrection), b.add(root, b.constant(root.type(), options.epsilon())));
        if (weight.decays()) {
            direction = b.add(direction, b.multiply(parameter, b.constant(parameter.type(), options.weightDecay())));
        }
        // Every copy of a bias takes this step, and what is kept is their sum.
        var step =
                weight.copies() == 1 ? direction : b.multiply(direction, b.constant(direction.type(), weight.copies()));
        return new Moved(b.subtract(parameter, times(b, step, rate)), newFirst, newSecond);
    }

    private static Value mixed(BlockBuilder b, double beta, Value before, Value now) {
        return b.add(
                b.multiply(before, b.constant(before.type(), beta)), b.multiply(now, b.constant(now.type(), 1 - beta)));
    }

    private static Value times(BlockBuilder b, Value x, Value scalar) {
        return b.multiply(x, b.broadcast(scalar, x.shape().toArray()));
    }
}
