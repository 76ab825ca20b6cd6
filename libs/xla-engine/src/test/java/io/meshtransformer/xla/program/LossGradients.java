package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;

/** The training loss of a GPT-J and its gradients, to hold the gradients of programs to the reference's. */
public final class LossGradients {
    /** mesh-transformer-jax {@code layers.py}: of the squared logarithm, behind the subtraction of the largest logit. */
    private static final double Z_LOSS = 1e-4;

    private LossGradients() {}

    /**
     * {@code ids} and {@code targets} i32 {@code [batch, sequence]} to {@code loss}, then for each weight its gradient,
     * under its name.
     */
    public static ModelProgram of(GptjPrograms programs, int batch, int sequence) {
        var writer = new ProgramWriter(programs, "loss_gradients", programs.weights());
        var perSequence = Sharding.of(by(DP), whole());
        var ids = writer.input("ids", TensorType.of(I32, batch, sequence), perSequence);
        var targets = writer.input("targets", ids.type(), perSequence);
        var main = writer.main();
        var loss = loss(main, writer.head(writer.finalNorm(writer.withoutCache(ids))), targets);
        var parameters = new ArrayList<Value>();
        programs.weights().forEach(weight -> parameters.add(writer.weight(weight)));
        var gradients = main.gradients(loss, parameters).iterator();
        writer.result("loss", loss, Sharding.replicated(0));
        programs.weights().forEach(weight -> writer.result(weight.name(), gradients.next(), weight.sharding()));
        return writer.build();
    }

    private static Value loss(FunctionBuilder main, Value logits, Value targets) {
        var shape = logits.shape();
        var largest = main.stopGradient(main.reduce(BinaryFunction.MAXIMUM, logits, 2));
        var shifted = main.subtract(logits, main.broadcastAlong(largest, shape, 2));
        var logSum = main.log(main.sum(main.exponential(shifted), 2));
        var columns = main.iota(logits.type().with(I32), 2);
        var isTarget = main.compare(columns, main.broadcastAlong(targets, shape, 2), ComparisonDirection.EQ);
        var target = main.sum(main.select(isTarget, shifted, main.constant(logits.type(), 0)), 2);
        var entropy = main.mean(main.subtract(logSum, target), 0, 1);
        var penalty = main.mean(main.multiply(logSum, logSum), 0, 1);
        return main.add(entropy, main.multiply(penalty, main.constant(penalty.type(), Z_LOSS)));
    }
}
