package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.ProgramBuilder.program;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The programs that train a GPT-J. Master weights and moments are fp32 whatever is computed in.
 *
 * @param compute element type of matrices where the model uses them, and of what they are multiplied by: F32 or BF16
 * @param rematerialise whether a block's activations are computed once more on the way back, so that those of one block
 *     are in memory at a time; else all are kept, and blocks are written one behind the other: a quarter less to compute,
 *     but memory and text grow with depth
 * @param adapters to be trained in place of all weights; those are frozen then, and in the compute type
 */
public record TrainingPrograms(
        GptjConfig config,
        DeviceMesh mesh,
        ElementType compute,
        TrainingShape shape,
        OptimiserOptions optimiser,
        StateSharding sharding,
        boolean rematerialise,
        Optional<LoraOptions> adapters) {
    /** Numbers that are means over a step's micro-batches. */
    static final int MEANS = 6;

    /**
     * @throws IllegalArgumentException if the mesh does not fit the model or the batch, the sequence is longer than the
     *     model's context, or the compute type is another
     */
    public TrainingPrograms {
        new GptjPrograms(config, mesh, compute);
        if (shape.batch() % mesh.dp() != 0) {
            throw new IllegalArgumentException(
                    "dp is " + mesh.dp() + ", it must divide the " + shape.batch() + " sequences of a micro-batch");
        }
        if (shape.sequence() > config.contextLength()) {
            throw new IllegalArgumentException("sequences of " + shape.sequence()
                    + " tokens are longer than the model's context of " + config.contextLength());
        }
        if (adapters.isPresent() && optimiser.biasCopies() != 1) {
            throw new IllegalArgumentException(
                    "bias copies are " + optimiser.biasCopies() + ", with adapters biases do not move: it must be 1");
        }
    }

    /** The master weights, as they lie between steps. */
    public List<Weight> parameters() {
        return trained().stream().map(TrainedWeight::parameter).toList();
    }

    /** One of the two moments of each weight, under the weight's name, as they lie between steps. */
    public List<Weight> moments() {
        return trained().stream().map(TrainedWeight::moment).toList();
    }

    List<TrainedWeight> trained() {
        return adapters.map(options -> new AdapterWeights(options)
                        .of(config).stream()
                                .map(weight -> TrainedWeight.of(weight, 1, mesh, sharding))
                                .toList())
                .orElseGet(() -> TrainedWeights.of(config, mesh, optimiser, sharding));
    }

    /** What is not trained: the whole model where adapters are. It is on every replica. */
    public List<Weight> frozen() {
        return adapters.isPresent() ? ModelWeights.of(config, mesh, compute) : List.of();
    }

    /**
     * One step. Weights: those that are frozen. State: the weights, their first moments, their second moments. Inputs: {@code windows} i32
     * {@code [accumulation, batch, sequence + 1]}; {@code scalars} f32 {@code [3]}, the learning rate, {@code 1 / (1 -
     * beta1^step)} and {@code 1 / (1 - beta2^step)} of the step's number from 1. Output: {@code report} f32 {@code [7]},
     * means over the step's tokens of loss, cross-entropy, z-loss, last loss and correct fraction, the mean norm of a
     * micro-batch's gradient, and the norm of the mean gradient, which has not been clipped.
     */
    public ModelProgram trainStep() {
        return new TrainStep(this).write();
    }

    /**
     * Losses of as many windows as a micro-batch has. State, which stays as it is: the weights. Input: {@code windows} i32
     * {@code [batch, sequence + 1]}. Output: {@code losses} f32 {@code [batch]}, the sum of each window's cross-entropies.
     */
    public ModelProgram validation() {
        var builder = program("validation", mesh.mesh());
        var main = builder.function("main");
        var frozen = frozen().stream()
                .map(weight -> main.argument(weight.name(), weight.type(), weight.sharding()))
                .toList();
        var parameters = parameters().stream()
                .map(weight -> main.argument(weight.name(), weight.type(), weight.sharding()))
                .toList();
        var type = TensorType.of(I32, shape.batch(), shape.windowTokens());
        var windows = main.argument("windows", type, Sharding.of(by(DP), whole()));
        var losses = UsedWeights.of(this, main, frozen, computed(main, parameters))
                .losses(windows)
                .crossEntropy(main);
        main.result("losses", main.sum(losses, 1), Sharding.of(by(DP)));
        main.build();
        return new ModelProgram(builder.build(), frozen(), parameters.size());
    }

    /** Master weights as the model uses them. */
    List<Value> computed(BlockBuilder b, List<Value> parameters) {
        var computed = new ArrayList<Value>();
        for (var i = 0; i < parameters.size(); i++) {
            var weight = trained().get(i);
            var value = b.convert(parameters.get(i), weight.decays() ? compute : F32);
            computed.add(weight.parameter().ofBlocks() ? value : weight.gathered(b, value));
        }
        return computed;
    }
}
