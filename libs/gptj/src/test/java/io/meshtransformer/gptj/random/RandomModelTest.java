package io.meshtransformer.gptj.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomModelTest {
    /** Its feed-forward matrices take more than one chunk. */
    private static final GptjConfig CONFIG = new GptjConfig(1000, 64, 256, 2, 4, 16, 1100, 1e-5f, 999, 999);

    @TempDir
    private Path directory;

    @Test
    void isTheSameWhateverTheNumberOfThreads() throws IOException {
        RandomModel.write(directory.resolve("one"), CONFIG, DataType.F32, 7, 1);
        RandomModel.write(directory.resolve("five"), CONFIG, DataType.F32, 7, 5);
        assertThat(directory.resolve("one/model.safetensors"))
                .hasSameBinaryContentAs(directory.resolve("five/model.safetensors"));
        assertThat(GptjConfig.read(directory.resolve("one/config.json"))).isEqualTo(CONFIG);
    }

    @Test
    void anotherSeedIsAnotherModel() throws IOException {
        RandomModel.write(directory.resolve("seven"), CONFIG, DataType.BF16, 7);
        RandomModel.write(directory.resolve("eight"), CONFIG, DataType.BF16, 8);
        assertThat(Files.mismatch(
                        directory.resolve("seven/model.safetensors"), directory.resolve("eight/model.safetensors")))
                .isNotNegative();
    }

    @Test
    void weightsHaveTheSpreadThatKeepsActivationsOfOrderOne() throws IOException {
        RandomModel.write(directory.resolve("model"), CONFIG, DataType.F32, 1);
        try (var model = Checkpoint.open(directory.resolve("model"))) {
            assertSpread(model.read(GptjTensors.EMBEDDING), 1 / Math.sqrt(1000));
            assertSpread(model.read("transformer.h.0.attn.q_proj.weight"), 1 / Math.sqrt(256));
            assertSpread(model.read("transformer.h.1.mlp.fc_in.weight"), 1 / Math.sqrt(256));
            assertSpread(model.read("transformer.h.1.mlp.fc_out.weight"), 2.0 / 2 / Math.sqrt(256));
            assertSpread(model.read(GptjTensors.HEAD_WEIGHT), 1 / Math.sqrt(256));
            assertThat(model.read("transformer.h.1.ln_1.weight")).containsOnly(1);
            assertThat(model.read("transformer.h.1.ln_1.bias")).containsOnly(0);
            assertThat(model.read(GptjTensors.HEAD_BIAS)).containsOnly(0);
            assertThat(model.read("transformer.h.0.attn.q_proj.weight"))
                    .isNotEqualTo(model.read("transformer.h.0.attn.k_proj.weight"));
        }
    }

    @Test
    void refusesADirectoryThatHoldsAModel() throws IOException {
        RandomModel.write(directory, CONFIG, DataType.F16, 1);
        assertThatThrownBy(() -> RandomModel.write(directory, CONFIG, DataType.F16, 1))
                .isInstanceOf(FileAlreadyExistsException.class);
        Checkpoint.open(directory).close();
    }

    private static void assertSpread(float[] values, double scale) {
        var sum = 0.0;
        var squares = 0.0;
        for (var value : values) {
            sum += value;
            squares += (double) value * value;
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) (2.0001 * scale));
        }
        assertThat(sum / values.length).isCloseTo(0, within(5 * scale / Math.sqrt(values.length)));
        // 0.8796 is the standard deviation of a normal distribution cut at two.
        assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.8796 * scale, within(0.01 * scale));
    }
}
