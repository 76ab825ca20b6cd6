package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.ProgramBuilder.program;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One step of training: the loss of each micro-batch and its gradient, their mean, clipped by its norm, through Adam into
 * the weights. mesh-transformer-jax {@code device_train.py}; but gradients are summed in fp32, where that has bf16.
 */
final class TrainStep {
    private final TrainingPrograms programs;
    private final List<TrainedWeight> trained;
    private final ProgramBuilder builder;
    private final FunctionBuilder main;
    private int state;

    TrainStep(TrainingPrograms programs) {
        this.programs = programs;
        this.trained = programs.trained();
        this.builder = program("train_step", programs.mesh().mesh());
        this.main = builder.function("main");
    }

    ModelProgram write() {
        var moments = trained.stream().map(TrainedWeight::moment).toList();
        var frozen = programs.frozen().stream()
                .map(weight -> main.argument(weight.name(), weight.type(), weight.sharding()))
                .toList();
        var parameters = takeState("", programs.parameters());
        var first = takeState("first_moment.", moments);
        var second = takeState("second_moment.", moments);
        var windows = main.argument("windows", windowsType(), Sharding.of(whole(), by(DP), whole()));
        var scalars = main.argument("scalars", TensorType.of(F32, 3), Sharding.replicated(1));

        var sums = microBatches(frozen, parameters, windows);
        var mean = sums.gradients().stream().map(this::mean).toList();
        var norm = norm(main, mean);
        var adam = new Adam(programs.optimiser(), scalar(scalars, 0), scalar(scalars, 1), scalar(scalars, 2));
        var moved = new ArrayList<Adam.Moved>();
        for (var i = 0; i < trained.size(); i++) {
            var weight = trained.get(i);
            var parameter = main.shardingConstraint(parameters.get(i), weight.updated());
            var gradient = clipped(mean.get(i), norm);
            moved.add(adam.move(main, weight, parameter, first.get(i), second.get(i), gradient));
        }

        giveState("", programs.parameters(), moved.stream().map(Adam.Moved::parameter));
        giveState("first_moment.", moments, moved.stream().map(Adam.Moved::first));
        giveState("second_moment.", moments, moved.stream().map(Adam.Moved::second));
        var report = main.concatenate(0, mean(sums.report()), main.reshape(norm, 1));
        main.result("report", report, Sharding.replicated(1));
        main.build();
        return new ModelProgram(builder.build(), programs.frozen(), state);
    }

    /**
     * What micro-batches give, one or the sum of all.
     *
     * @param gradients fp32, laid out as they are needed for the update
     * @param report fp32 {@code [6]}: {@link TokenLosses.Means}, then the gradient's norm
     */
    private record Sums(List<Value> gradients, Value report) {
        static Sums of(List<Value> values) {
            return new Sums(values.subList(0, values.size() - 1), values.getLast());
        }

        List<Value> values() {
            return Stream.concat(gradients.stream(), Stream.of(report)).toList();
        }
    }

    /** One after the other: the activations of one are in memory at a time. */
    private Sums microBatches(List<Value> frozen, List<Value> parameters, Value windows) {
        var shape = programs.shape();
        var weights = programs.computed(main, parameters);
        if (shape.accumulation() == 1) {
            return microBatch(main, frozen, weights, main.reshape(windows, shape.batch(), shape.windowTokens()));
        }
        var zeros = Stream.concat(
                        parameters.stream().map(Value::type), Stream.of(TensorType.of(F32, TrainingPrograms.MEANS)))
                .map(type -> main.constant(type, 0))
                .toList();
        return Sums.of(main.scan(shape.accumulation(), zeros, List.of(windows), (b, _, sums, slices) -> {
            var values = microBatch(b, frozen, weights, slices.getFirst()).values();
            return IntStream.range(0, values.size())
                    .mapToObj(i -> b.add(sums.get(i), values.get(i)))
                    .toList();
        }));
    }

    /** @param windows {@code [batch, sequence + 1]} */
    private Sums microBatch(BlockBuilder b, List<Value> frozen, List<Value> weights, Value windows) {
        var used = UsedWeights.of(programs, b, frozen, weights);
        var means = used.losses(windows).means(b, programs.optimiser().zLoss());
        var found = used.gradients(means.loss());
        var gradients = new ArrayList<Value>();
        for (var i = 0; i < found.size(); i++) {
            gradients.add(b.shardingConstraint(
                    b.convert(found.get(i), F32), trained.get(i).updated()));
        }
        var numbers = Stream.of(
                means.loss(),
                means.crossEntropy(),
                means.zLoss(),
                means.lastLoss(),
                means.correctFraction(),
                norm(b, gradients));
        return new Sums(
                gradients,
                b.concatenate(0, numbers.map(number -> b.reshape(number, 1)).toArray(Value[]::new)));
    }

    /** Euclidean, of all gradients together; those of a bias with copies count for each of them. */
    private Value norm(BlockBuilder b, List<Value> gradients) {
        var squares = b.scalar(F32, 0);
        for (var i = 0; i < gradients.size(); i++) {
            var gradient = gradients.get(i);
            var all = IntStream.range(0, gradient.rank()).toArray();
            var square = b.sum(b.multiply(gradient, gradient), all);
            var copies = trained.get(i).copies();
            squares = b.add(squares, copies == 1 ? square : b.multiply(square, b.scalar(F32, copies)));
        }
        return b.sqrt(squares);
    }

    private Value mean(Value sum) {
        var count = programs.shape().accumulation();
        return count == 1 ? sum : main.multiply(sum, main.constant(sum.type(), 1.0 / count));
    }

    /** As it is where the norm of all is below the most that is allowed, else scaled so that the norm is just that. */
    private Value clipped(Value gradient, Value norm) {
        var most = programs.optimiser().clipNorm();
        if (Double.isInfinite(most)) {
            return gradient;
        }
        var isBelow = main.compare(norm, main.scalar(F32, most), ComparisonDirection.LT);
        var factor = main.select(isBelow, main.scalar(F32, 1), main.divide(main.scalar(F32, most), norm));
        return main.multiply(gradient, main.broadcast(factor, gradient.shape().toArray()));
    }

    private TensorType windowsType() {
        var shape = programs.shape();
        return TensorType.of(I32, shape.accumulation(), shape.batch(), shape.windowTokens());
    }

    /** Arguments whose memory is that of the result at the same place. */
    private List<Value> takeState(String prefix, List<Weight> weights) {
        return weights.stream()
                .map(weight -> main.argument(
                        prefix + weight.name(),
                        weight.type(),
                        Optional.of(weight.sharding()),
                        new Donation.Aliased(state++)))
                .toList();
    }

    private void giveState(String prefix, List<Weight> weights, Stream<Value> values) {
        var next = values.iterator();
        weights.forEach(weight -> main.result(prefix + weight.name(), next.next(), weight.sharding()));
    }

    private Value scalar(Value scalars, int index) {
        return main.reshape(main.slice(scalars, 0, index, index + 1));
    }
}
