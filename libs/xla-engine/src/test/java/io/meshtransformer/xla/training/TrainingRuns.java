package io.meshtransformer.xla.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.xla.Plugins;
import io.meshtransformer.xla.program.DeviceMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Short runs of a small model whose batch every mesh of 8 devices can divide. */
final class TrainingRuns {
    static final TrainingShape SHAPE = new TrainingShape(8, 2, 16);
    private static final double RATE = 1e-2;
    private static final String MODEL = "golden/models/a-v512-d64-l2-h4";

    private TrainingRuns() {}

    static GptjConfig config() throws IOException {
        return GptjConfig.read(SharedMaterial.require(MODEL).resolve("config.json"));
    }

    static HeapState model() throws IOException {
        return HeapState.ofModel(SharedMaterial.require(MODEL));
    }

    static XlaTrainingOptions options(int dp, int mp) {
        return XlaTrainingOptions.defaults(Plugins.requireCpu(), SHAPE)
                .withMesh(new DeviceMesh(dp, mp))
                .withProgramCache(Path.of("target", "programs"));
    }

    static XlaTrainingEngine engine(HeapState start, XlaTrainingOptions options) throws IOException {
        return XlaTrainingEngine.create(config(), start, options);
    }

    /** Always the same ids for the same step, counted from 1. */
    static int[] windows(long step, int vocabulary) {
        var ids = new int[SHAPE.windows() * SHAPE.windowTokens()];
        for (var i = 0; i < ids.length; i++) {
            ids[i] = (int) ((i * 31 + i / 17 * 7 + step * 101) % vocabulary);
        }
        return ids;
    }

    static TrainingEngine.PendingStep start(TrainingEngine engine) {
        return engine.start(windows(engine.step() + 1, engine.config().vocabularySize()), RATE);
    }

    /** The next steps, one after the other. */
    static List<StepResult> train(TrainingEngine engine, int steps) {
        var results = new ArrayList<StepResult>();
        for (var step = 0; step < steps; step++) {
            results.add(start(engine).await());
        }
        return results;
    }

    static void assertSame(List<StepResult> results, List<StepResult> expected, double tolerance) {
        assertThat(results).hasSameSizeAs(expected);
        for (var i = 0; i < results.size(); i++) {
            var result = results.get(i);
            var other = expected.get(i);
            assertThat(result.step()).isEqualTo(other.step());
            assertThat(result.loss()).isCloseTo(other.loss(), within(tolerance));
            assertThat(result.lastLoss()).isCloseTo(other.lastLoss(), within(tolerance));
            assertThat(result.gradientNorm()).isCloseTo(other.gradientNorm(), within(tolerance));
            assertThat(result.microGradientNorm()).isCloseTo(other.microGradientNorm(), within(tolerance));
        }
    }

    /** Every tensor, in Euclidean norm. */
    static void assertSame(HeapState state, HeapState expected, double tolerance) {
        assertThat(state.step()).isEqualTo(expected.step());
        assertThat(state.tensors()).isEqualTo(expected.tensors());
        expected.values().forEach((tensor, values) -> {
            var difference = 0.0;
            var norm = 0.0;
            var found = state.values().get(tensor);
            for (var i = 0; i < values.length; i++) {
                difference += Math.pow((double) found[i] - values[i], 2);
                norm += Math.pow(values[i], 2);
            }
            assertThat(Math.sqrt(difference / norm)).as(tensor.toString()).isLessThanOrEqualTo(tolerance);
        });
    }
}
