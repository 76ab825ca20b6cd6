package io.meshtransformer.xla.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.lora.FreshAdapters;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters are trained in place of a model's weights. */
class AdapterTrainingTest {
    private static final LoraOptions ADAPTERS =
            new LoraOptions(4, 8, List.of(BlockTensor.QUERY, BlockTensor.VALUE, BlockTensor.ATTENTION_OUT));
    private static final LoraOptions OF_ALL = new LoraOptions(
            4, 8, List.of(BlockTensor.QUERY, BlockTensor.KEY, BlockTensor.VALUE, BlockTensor.ATTENTION_OUT));

    @Test
    void newAdaptersLeaveTheModelAsItIs() throws IOException {
        var windows = TrainingRuns.windows(1, 512);
        try (var plain = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(1, 1));
                var adapted = engine(fresh(ADAPTERS), ADAPTERS, 1, 1)) {
            assertSame(adapted.evaluate(windows), plain.evaluate(windows), 1e-4);
        }
    }

    @Test
    void onlyAdaptersAreTrainedAndTheModelWithThemMergedIsTheModelThatWasTrained() throws IOException {
        var windows = TrainingRuns.windows(9, 512);
        try (var engine = engine(fresh(ADAPTERS), ADAPTERS, 1, 1)) {
            var before = engine.evaluate(windows);
            var steps = TrainingRuns.train(engine, 5);
            assertThat(steps.getLast().gradientNorm()).isPositive();
            var trained = HeapState.copyOf(engine.snapshot());
            assertThat(trained.tensors().keySet().stream()
                            .map(StateTensor::name)
                            .distinct())
                    .containsExactlyInAnyOrderElementsOf(
                            ADAPTERS.shapes(TrainingRuns.config()).keySet());
            assertThat(Arrays.stream(engine.evaluate(windows)).sum())
                    .isNotCloseTo(Arrays.stream(before).sum(), within(1.0));
            try (var plain = TrainingRuns.engine(merged(trained), TrainingRuns.options(1, 1))) {
                assertSame(plain.evaluate(windows), engine.evaluate(windows), 1e-3);
            }
        }
    }

    /** The gradient is what the first step leaves in the first moment, but for 1 - beta1, where nothing is clipped. */
    @Test
    void gradientsAreThoseOfFiniteDifferences() throws IOException {
        var windows = TrainingRuns.windows(1, 512);
        var optimiser = new OptimiserOptions(Double.POSITIVE_INFINITY, 0.9, 0.999, 1e-8, 0, 0, 1);
        var start = HeapState.copyOf(fresh(OF_ALL));
        var random = new Random(3);
        // With a B of zeros nothing would depend on A.
        OF_ALL.shapes(TrainingRuns.config()).keySet().forEach(name -> perturb(start.parameter(name), random, 0.05));
        HeapState moments;
        try (var engine = TrainingRuns.engine(
                start, TrainingRuns.options(1, 1).withAdapters(OF_ALL).withOptimiser(optimiser))) {
            TrainingRuns.start(engine).await();
            moments = HeapState.copyOf(engine.snapshot());
        }
        var length = 2e-3;
        var expected = 0.0;
        var above = HeapState.copyOf(start);
        var below = HeapState.copyOf(start);
        for (var name : OF_ALL.shapes(TrainingRuns.config()).keySet()) {
            var gradient = moments.values().get(new StateTensor(Kind.FIRST_MOMENT, name));
            for (var i = 0; i < gradient.length; i++) {
                var direction = random.nextGaussian();
                expected += gradient[i] / 0.1 * direction;
                above.parameter(name)[i] += (float) (length * direction);
                below.parameter(name)[i] -= (float) (length * direction);
            }
        }
        var difference = (loss(above, windows) - loss(below, windows)) / (2 * length);
        assertThat(difference).isCloseTo(expected, within(0.02 * Math.abs(expected)));
    }

    @ParameterizedTest
    @CsvSource({"2, 2, true", "1, 4, false"})
    void devicesGoTheWayOfOne(int dp, int mp, boolean rematerialise) throws IOException {
        try (var one = engine(fresh(ADAPTERS), ADAPTERS, 1, 1);
                var other = TrainingRuns.engine(
                        HeapState.copyOf(fresh(ADAPTERS)),
                        TrainingRuns.options(dp, mp).withAdapters(ADAPTERS).withRematerialise(rematerialise))) {
            TrainingRuns.assertSame(TrainingRuns.train(other, 3), TrainingRuns.train(one, 3), 2e-5);
            TrainingRuns.assertSame(HeapState.copyOf(other.snapshot()), HeapState.copyOf(one.snapshot()), 1e-4);
        }
    }

    @Test
    void whatIsNoAdapterIsRefused() throws IOException {
        assertThatThrownBy(() -> new LoraOptions(0, 8, List.of(BlockTensor.QUERY)))
                .hasMessage("rank is 0, it must be at least 1");
        assertThatThrownBy(() -> new LoraOptions(4, 8, List.of(BlockTensor.NORM_BIAS)))
                .hasMessage("targets are [NORM_BIAS], they must be some of [QUERY, KEY, VALUE, ATTENTION_OUT]");
        assertThatThrownBy(() -> TrainingRuns.engine(
                        TrainingRuns.model(), TrainingRuns.options(1, 1).withAdapters(ADAPTERS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("base_model.model.transformer.h.0.attn.q_proj.lora_A.weight is missing");
    }

    private static FreshAdapters fresh(LoraOptions options) throws IOException {
        return new FreshAdapters(TrainingRuns.model(), TrainingRuns.config(), options, 7);
    }

    private static XlaTrainingEngine engine(FreshAdapters start, LoraOptions options, int dp, int mp)
            throws IOException {
        return TrainingRuns.engine(
                HeapState.copyOf(start), TrainingRuns.options(dp, mp).withAdapters(options));
    }

    private static void perturb(float[] values, Random random, double by) {
        for (var i = 0; i < values.length; i++) {
            values[i] += (float) (by * random.nextGaussian());
        }
    }

    /** Mean over the tokens of a step, nats. */
    private static double loss(HeapState state, int[] windows) throws IOException {
        try (TrainingEngine engine =
                TrainingRuns.engine(state, TrainingRuns.options(1, 1).withAdapters(OF_ALL))) {
            return Arrays.stream(engine.evaluate(windows)).sum() / TrainingRuns.SHAPE.tokens();
        }
    }

    /** The model with {@code scale B A} added to each target. */
    private static HeapState merged(HeapState adapters) throws IOException {
        var model = TrainingRuns.model();
        for (var layer = 0; layer < TrainingRuns.config().layers(); layer++) {
            for (var target : ADAPTERS.targets()) {
                var weight = model.parameter(target.name(layer));
                var down = adapters.parameter(LoraOptions.down(target, layer));
                var up = adapters.parameter(LoraOptions.up(target, layer));
                var in = down.length / ADAPTERS.rank();
                for (var i = 0; i < weight.length; i++) {
                    for (var r = 0; r < ADAPTERS.rank(); r++) {
                        weight[i] +=
                                (float) (ADAPTERS.scale() * up[i / in * ADAPTERS.rank() + r] * down[r * in + i % in]);
                    }
                }
            }
        }
        return model;
    }

    private static void assertSame(double[] losses, double[] expected, double tolerance) {
        for (var i = 0; i < losses.length; i++) {
            assertThat(losses[i]).isCloseTo(expected[i], within(tolerance * Math.abs(expected[i])));
        }
    }
}
