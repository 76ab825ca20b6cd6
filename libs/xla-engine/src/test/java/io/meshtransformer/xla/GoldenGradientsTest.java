package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.LossGradients;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole model's gradients are JAX's: of the first step of a training run, on one device and on several. */
class GoldenGradientsTest {
    private static final int SEQUENCES = 2;
    private static final int SEQUENCE = 32;
    /** Of the reference's trajectory at step 1, with the z-loss. */
    private static final double LOSS = 7.432775974273682;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1, 4", "2, 2"})
    void agreeWithTheReference(int dp, int mp) throws IOException {
        var model = SharedMaterial.require("golden/models/a-v512-d64-l2-h4");
        var run = SharedMaterial.require("golden/training/a-accum1");
        var windows = windows(run.resolve("batches.safetensors"));
        try (var loaded = ModelOnDevices.load(model, new DeviceMesh(dp, mp), ElementType.F32);
                var program = loaded.bind(LossGradients.of(loaded.programs(), SEQUENCES, SEQUENCE));
                var golden = SafetensorsFile.open(run.resolve("grads_step1.safetensors"))) {
            var results = program.compute(columns(windows, 0), columns(windows, 1));
            assertThat((double) results.getFirst()[0]).isCloseTo(LOSS, within(1e-5));
            var weights = loaded.programs().weights();
            for (var i = 0; i < weights.size(); i++) {
                var gradient = results.get(1 + i);
                var tensors = weights.get(i).tensors();
                var size = gradient.length / tensors.size();
                for (var layer = 0; layer < tensors.size(); layer++) {
                    var part = Arrays.copyOfRange(gradient, layer * size, (layer + 1) * size);
                    assertThat(relativeError(part, golden.read(tensors.get(layer))))
                            .as(tensors.get(layer))
                            .isLessThan(1e-5);
                }
            }
        }
    }

    /** Of the difference's Euclidean norm to the expected one's. */
    private static double relativeError(float[] values, float[] expected) {
        assertThat(values).hasSameSizeAs(expected);
        var difference = 0.0;
        var norm = 0.0;
        for (var i = 0; i < values.length; i++) {
            difference += Math.pow((double) values[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    /** The sequences of the first step, each with one token more than the model sees. */
    private static int[] windows(Path batches) throws IOException {
        try (var file = SafetensorsFile.open(batches);
                var channel = FileChannel.open(batches)) {
            var bytes = SEQUENCES * (SEQUENCE + 1) * Integer.BYTES;
            var tokens = channel.map(
                            FileChannel.MapMode.READ_ONLY, file.entry("batches").begin(), bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            var windows = new int[tokens.remaining()];
            tokens.get(windows);
            return windows;
        }
    }

    /** A sequence's tokens from {@code first} on, for each window. */
    private static int[] columns(int[] windows, int first) {
        var columns = new int[SEQUENCES * SEQUENCE];
        for (var i = 0; i < SEQUENCES; i++) {
            System.arraycopy(windows, i * (SEQUENCE + 1) + first, columns, i * SEQUENCE, SEQUENCE);
        }
        return columns;
    }
}
