package io.meshtransformer.xla.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.mtj.MtjCheckpoint;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.xla.Plugins;
import io.meshtransformer.xla.program.DeviceMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training goes where the reference went, step by step, within the tolerances that its description suggests. */
class GoldenTrajectoryTest {
    private static final double LOSS = 2e-4;
    private static final double NORM = 1e-3;
    private static final double PARAMETERS = 1e-4;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 4"})
    void ofTwoReplicas(int dp, int mp) throws IOException {
        var run = GoldenRun.read("a-accum1");
        try (var engine = engine(run, HeapState.ofModel(run.model()), dp, mp)) {
            train(engine, run, 0, 2);
            assertParameters(engine, run.directory().resolve("params_step2.safetensors"));
            train(engine, run, 2, 10);
            assertParameters(engine, run.directory().resolve("params_step10.safetensors"));
        }
    }

    @Test
    void ofTwoReplicasSequenceBySequence() throws IOException {
        var run = GoldenRun.read("a-accum1").sequenceBySequence();
        try (var engine = engine(run, HeapState.ofModel(run.model()), 1, 1)) {
            train(engine, run, 0, 10);
            assertParameters(engine, run.directory().resolve("params_step10.safetensors"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4"})
    void ofFourMicroBatches(int dp, int mp) throws IOException {
        var run = GoldenRun.read("a-accum4");
        try (var engine = engine(run, HeapState.ofModel(run.model()), dp, mp)) {
            train(engine, run, 0, 10);
            assertParameters(engine, run.directory().resolve("params_step10.safetensors"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2"})
    void thatIsNeverClipped(int dp, int mp) throws IOException {
        var run = GoldenRun.read("a-soft-accum2");
        var start = HeapState.ofModel(run.model());
        start.tensors().forEach((tensor, shape) -> {
            if (shape.dimensions().size() == 2) {
                scale(start.values().get(tensor), 0.12f);
            }
        });
        try (var engine = engine(run, start, dp, mp)) {
            train(engine, run, 0, 10);
            assertParameters(engine, run.directory().resolve("params_step10.safetensors"));
        }
    }

    private static void scale(float[] values, float factor) {
        for (var i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    /** With 8 biases each for the embedding and the feed-forward's output, of which the model sees the sums. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 8"})
    void ofMeshTransformerJaxItself(int dp, int mp) throws IOException {
        trainFaithfully("c-slim-f32", 0, dp, mp);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4"})
    void ofMeshTransformerJaxItselfFromItsCheckpointOn(int dp, int mp) throws IOException {
        trainFaithfully("c-full-f32", 5, dp, mp);
    }

    private static void trainFaithfully(String checkpoint, int steps, int dp, int mp) throws IOException {
        var run = GoldenRun.read("c-mtj8");
        var directory = SharedMaterial.require("golden/mtj/" + checkpoint);
        try (var start = MtjCheckpoint.open(directory, Optional.empty());
                var engine = engine(run, start, dp, mp)) {
            assertThat(engine.step()).isEqualTo(steps);
            train(engine, run, steps, 8);
            var end = HeapState.copyOf(engine.snapshot());
            var bias = end.parameter(StateTensor.EMBEDDING_BIAS);
            assertThat(relativeError(bias, finalBias(run))).isLessThan(PARAMETERS);
            // The reference's last weights are Hugging Face's, which have the bias in every row.
            addToRows(end.parameter(GptjTensors.EMBEDDING), bias);
            end.tensors().remove(new StateTensor(Kind.PARAMETER, StateTensor.EMBEDDING_BIAS));
            assertParameters(end, run.directory().resolve("final_hf_layout.safetensors"));
        }
    }

    private static float[] finalBias(GoldenRun run) throws IOException {
        try (var file = SafetensorsFile.open(run.directory().resolve("batches.safetensors"))) {
            return file.read("embedding_bias_sum_final");
        }
    }

    private static void addToRows(float[] rows, float[] bias) {
        for (var i = 0; i < rows.length; i++) {
            rows[i] += bias[i % bias.length];
        }
    }

    private static XlaTrainingEngine engine(GoldenRun run, TrainingState start, int dp, int mp) throws IOException {
        var options = XlaTrainingOptions.defaults(Plugins.requireCpu(), run.shape())
                .withMesh(new DeviceMesh(dp, mp))
                .withOptimiser(run.optimiser())
                .withProgramCache(Path.of("target", "programs"));
        return XlaTrainingEngine.create(run.config(), start, options);
    }

    /** Takes the steps from {@code first} to before {@code end}, counted from 0. */
    private static void train(TrainingEngine engine, GoldenRun run, int first, int end) {
        for (var index = first; index < end; index++) {
            var expected = run.steps().get(index);
            var rate = run.schedule().at(index);
            assertThat(rate).isCloseTo(expected.get("lr").asDouble(), within(1e-9));
            var result = engine.start(run.windows().get(index), rate).await();
            assertThat(result.step()).isEqualTo(index + 1);
            assertThat(engine.step()).isEqualTo(index + 1);
            assertThat(result.loss()).isCloseTo(expected.get("loss").asDouble(), within(LOSS));
            assertThat(result.crossEntropy()).isCloseTo(expected.get("ce").asDouble(), within(LOSS));
            assertThat(result.zLoss()).isCloseTo(expected.get("z_loss").asDouble(), within(LOSS));
            assertThat(result.lastLoss()).isCloseTo(expected.get("last_loss").asDouble(), within(LOSS));
            assertThat(result.correctFraction())
                    .isCloseTo(expected.get("correct_fraction").asDouble(), within(1e-6));
            assertThat(result.gradientNorm())
                    .isCloseTo(expected.get("grad_norm").asDouble(), within(NORM));
            if (run.shape().batch() == 1) {
                // The reference takes the norms of single sequences' gradients.
                assertThat(result.microGradientNorm())
                        .isCloseTo(expected.get("grad_norm_micro").asDouble(), within(NORM));
            }
        }
    }

    private static void assertParameters(TrainingEngine engine, Path expected) throws IOException {
        assertParameters(HeapState.copyOf(engine.snapshot()), expected);
    }

    private static void assertParameters(HeapState state, Path expected) throws IOException {
        try (var file = SafetensorsFile.open(expected)) {
            var differences = 0.0;
            var squares = 0.0;
            for (var tensor : state.tensors().keySet()) {
                if (tensor.kind() == Kind.PARAMETER) {
                    var golden = file.read(tensor.name());
                    differences += squaredDistance(state.values().get(tensor), golden);
                    squares += squaredDistance(new float[golden.length], golden);
                    assertThat(relativeError(state.values().get(tensor), golden))
                            .as(tensor.name())
                            .isLessThan(1e-3);
                }
            }
            assertThat(Math.sqrt(differences / squares)).isLessThan(PARAMETERS);
        }
    }

    private static double relativeError(float[] values, float[] expected) {
        return Math.sqrt(squaredDistance(values, expected) / squaredDistance(new float[expected.length], expected));
    }

    private static double squaredDistance(float[] values, float[] expected) {
        assertThat(values).hasSameSizeAs(expected);
        var sum = 0.0;
        for (var i = 0; i < values.length; i++) {
            sum += Math.pow((double) values[i] - expected[i], 2);
        }
        return sum;
    }
}
