package io.meshtransformer.xla.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.stablehlo.type.ElementType;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class XlaTrainingEngineTest {
    @Test
    void aSnapshotIsTheStateOfItsStepThoughFurtherStepsAreOnTheirWay() throws IOException {
        HeapState after;
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(1, 1))) {
            TrainingRuns.train(engine, 2);
            after = HeapState.copyOf(engine.snapshot());
        }
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(1, 1))) {
            var first = TrainingRuns.start(engine);
            var second = TrainingRuns.start(engine);
            var snapshot = engine.snapshot();
            var third = TrainingRuns.start(engine);
            var fourth = TrainingRuns.start(engine);
            TrainingRuns.assertSame(HeapState.copyOf(snapshot), after, 0);
            assertThat(first.await().step()).isEqualTo(1);
            assertThat(second.await().step()).isEqualTo(2);
            assertThat(third.await().step()).isEqualTo(3);
            assertThat(fourth.await().loss()).isFinite();
            assertThat(fourth.await()).isSameAs(fourth.await());
        }
    }

    @Test
    void aSnapshotCanBeReadWhenTheEngineIsClosed() throws IOException {
        HeapState expected;
        StateSnapshot left;
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(2, 2))) {
            TrainingRuns.start(engine);
            expected = HeapState.copyOf(engine.snapshot());
            left = (StateSnapshot) engine.snapshot();
        }
        TrainingRuns.assertSame(HeapState.copyOf(left), expected, 0);
    }

    @Test
    void aRunGoesOnOnAnotherMeshAsIfItHadNotStopped() throws IOException {
        try (var unbroken = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(4, 2));
                var before = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(4, 2))) {
            TrainingRuns.train(unbroken, 2);
            TrainingRuns.train(before, 2);
            var state = HeapState.copyOf(before.snapshot());
            try (var after = TrainingRuns.engine(state, TrainingRuns.options(1, 4))) {
                assertThat(after.step()).isEqualTo(2);
                TrainingRuns.assertSame(TrainingRuns.train(after, 2), TrainingRuns.train(unbroken, 2), 2e-5);
                TrainingRuns.assertSame(
                        HeapState.copyOf(after.snapshot()), HeapState.copyOf(unbroken.snapshot()), 2e-5);
            }
        }
    }

    @Test
    void windowsAreEvaluatedWithTheWeightsOfAllStepsStarted() throws IOException {
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(2, 1))) {
            TrainingRuns.start(engine);
            var tokens = TrainingRuns.SHAPE.windowTokens();
            var windows = TrainingRuns.windows(2, 512);
            var losses = engine.evaluate(windows);
            var some = engine.evaluate(Arrays.copyOf(windows, 11 * tokens));
            assertThat(losses).hasSize(TrainingRuns.SHAPE.windows());
            assertThat(some).isEqualTo(Arrays.copyOf(losses, 11));
            assertThat(engine.evaluate(new int[0])).isEmpty();
            var step = TrainingRuns.start(engine).await();
            assertThat(Arrays.stream(losses).sum() / TrainingRuns.SHAPE.tokens())
                    .isCloseTo(step.crossEntropy(), within(1e-5));
        }
    }

    @Test
    void factorsOfBf16StayCloseToTheReference() throws IOException {
        var run = GoldenRun.read("a-accum4");
        var options = TrainingRuns.options(1, 2).withCompute(ElementType.BF16).withOptimiser(run.optimiser());
        var shaped = new XlaTrainingOptions(
                options.plugin(),
                options.mesh(),
                options.compute(),
                run.shape(),
                options.optimiser(),
                options.sharding(),
                options.rematerialise(),
                options.adapters(),
                options.programCache());
        try (var engine = XlaTrainingEngine.create(run.config(), HeapState.ofModel(run.model()), shaped)) {
            for (var index = 0; index < 10; index++) {
                var result = engine.start(
                                run.windows().get(index), run.schedule().at(index))
                        .await();
                var expected = run.steps().get(index).get("loss").asDouble();
                assertThat(result.loss()).isCloseTo(expected, within(0.03 * expected));
            }
        }
    }

    @Test
    void aLossThatIsNoNumberIsSaid() throws IOException {
        var start = TrainingRuns.model();
        start.parameter(GptjTensors.FINAL_NORM_BIAS)[3] = Float.POSITIVE_INFINITY;
        try (var engine = TrainingRuns.engine(start, TrainingRuns.options(1, 1))) {
            assertThat(TrainingRuns.start(engine).await().loss()).isNaN();
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        var model = TrainingRuns.model();
        assertThatThrownBy(() -> TrainingRuns.engine(model, TrainingRuns.options(3, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dp is 3, it must divide the 8 sequences of a micro-batch");
        assertThatThrownBy(() -> TrainingRuns.engine(model, TrainingRuns.options(1, 3)))
                .hasMessage("mp is 3, it must divide the model's 4 attention heads");
        try (var engine = TrainingRuns.engine(model, TrainingRuns.options(1, 1))) {
            assertThatThrownBy(() -> engine.start(new int[5], 1e-3)).hasMessage("a step takes 272 ids, not 5");
            assertThatThrownBy(() -> engine.evaluate(new int[18])).hasMessage("18 ids are no windows of 17");
            var ids = TrainingRuns.windows(1, 512);
            ids[100] = 512;
            assertThatThrownBy(() -> engine.start(ids, 1e-3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token id 512 is not in the vocabulary of 512");
            assertThat(engine.step()).isZero();
        }
    }

    @Test
    void aStateThatIsNotTheModelsIsRefusedByName() throws IOException {
        var state = TrainingRuns.model();
        state.tensors().remove(new StateTensor(Kind.PARAMETER, GptjTensors.HEAD_BIAS));
        state.put(new StateTensor(Kind.PARAMETER, "transformer.wpe.weight"), Shape.of(3), new float[3]);
        state.put(new StateTensor(Kind.PARAMETER, GptjTensors.FINAL_NORM_BIAS), Shape.of(3), new float[3]);
        assertThatThrownBy(() -> TrainingRuns.engine(state, TrainingRuns.options(1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the state does not fit the run: transformer.ln_f.bias is [3], it must be [64]; "
                        + "lm_head.bias is missing; transformer.wpe.weight is unknown");
    }
}
