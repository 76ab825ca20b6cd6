package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHashTest {
    private static final GptjConfig CONFIG = new GptjConfig(10, 8, 12, 2, 2, 4, 20, 1e-5f, 9, 9);

    @TempDir
    private Path directory;

    @Test
    void itIsTheHashOfWhatSha256sumPrints() {
        // Of files that hold "a" and "b": sha256sum config.json model-*.safetensors | sha256sum
        assertThat(ModelHash.of(Map.of(
                        "model-00001-of-00002.safetensors",
                        "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
                        "config.json",
                        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")))
                .isEqualTo("397240fc6abbda74face13223964f653406c82a4d8b316ac96b5b08b82c13887");
    }

    @Test
    void whoeverHasTheHashesOfTheFilesHasTheModels() throws IOException {
        var hashes = new TreeMap<String, String>();
        try (var writer = CheckpointWriter.createInOrder(directory, CONFIG, DataType.F32, 4000)) {
            for (var tensor : GptjTensors.shapes(CONFIG).entrySet()) {
                var values = new float[(int) tensor.getValue().elements()];
                writer.write(tensor.getKey(), 0, values, 0, values.length);
            }
            writer.complete();
            hashes.putAll(writer.hashes());
        }
        assertThat(hashes).hasSizeGreaterThan(1);
        hashes.put("config.json", Sha256.of(directory.resolve("config.json")));

        assertThat(hash()).isEqualTo(ModelHash.of(hashes));
    }

    @Test
    void weightsAndConfigurationCountAndWhatLiesBesideThemDoesNot() throws IOException {
        RandomModel.write(directory, CONFIG, DataType.F32, 7);
        var before = hash();
        Files.writeString(directory.resolve("training_args.bin"), "nothing that is served");
        assertThat(hash()).isEqualTo(before);

        var weights = directory.resolve("model.safetensors");
        var bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(hash()).isNotEqualTo(before);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(hash()).isEqualTo(before);

        var config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("1.0E-5", "1.0E-6"));
        assertThat(hash()).isNotEqualTo(before);
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        RandomModel.write(directory, CONFIG, DataType.F32, 7);
        try (var checkpoint = Checkpoint.open(directory)) {
            Files.delete(directory.resolve("model.safetensors"));

            assertThatThrownBy(() -> ModelHash.of(checkpoint.modelFiles()))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageEndingWith("model.safetensors");
        }
    }

    private String hash() throws IOException {
        try (var checkpoint = Checkpoint.open(directory)) {
            return ModelHash.of(checkpoint.modelFiles());
        }
    }
}
