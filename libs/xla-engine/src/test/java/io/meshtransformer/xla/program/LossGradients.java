package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;

/** The training loss of a GPT-J and its gradients, to hold the gradients of programs to the reference's. */
public final class LossGradients {
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
        var losses = TokenLosses.of(main, writer.forward().logits(ids), targets);
        var loss = losses.means(main, OptimiserOptions.DEFAULT.zLoss()).loss();
        var parameters = new ArrayList<Value>();
        programs.weights().forEach(weight -> parameters.add(writer.weight(weight)));
        var gradients = main.gradients(loss, parameters).iterator();
        writer.result("loss", loss, Sharding.replicated(0));
        programs.weights().forEach(weight -> writer.result(weight.name(), gradients.next(), weight.sharding()));
        return writer.build();
    }
}
