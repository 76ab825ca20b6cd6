package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuitableFormatTest {
    private static final GptjConfig CONFIG = new GptjConfig(64, 32, 16, 2, 2, 4, 64, 1e-5f, 63, 63);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"F32, FP32", "F16, FP32", "BF16, BF16"})
    void aSmallModelIsServedInWhatHoldsItExactly(DataType stored, WeightFormat served) throws IOException {
        RandomModel.write(directory, CONFIG, stored, 1);
        try (var checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.suitableFormat()).isEqualTo(served);
        }
    }
}
