package io.meshtransformer.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.LauncherException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {
    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    @TempDir
    private Path directory;

    private Path models;

    @BeforeEach
    void prepare() throws Exception {
        models = Files.createDirectory(directory.resolve("models"));
        model(models.resolve("stories"));
        model(models.resolve("poems"));
        Files.createDirectory(models.resolve("no-model"));
    }

    @Test
    void aNameIsAModelOfTheRepository() {
        assertThat(ModelDirectory.find(models, "poems"))
                .isEqualTo(new ModelDirectory("poems", models.resolve("poems")));
    }

    @Test
    void aDirectoryGoesByItsOwnName() throws Exception {
        var own = model(directory.resolve("my model"));

        assertThat(ModelDirectory.find(models, own + "/")).isEqualTo(new ModelDirectory("my model", own));
    }

    @Test
    void anUnknownNameListsWhatThereIs() {
        assertThatThrownBy(() -> ModelDirectory.find(models, "storeis"))
                .isInstanceOf(LauncherException.class)
                .hasMessage("model 'storeis' is neither a name nor a directory with a config.json; there are: poems,"
                        + " stories");
    }

    @Test
    void anEmptyNameIsNoModel() {
        assertThatThrownBy(() -> ModelDirectory.find(models, "")).hasMessageContaining("there are: poems, stories");
    }

    @Test
    void aDirectoryWithoutConfigIsNoModel() {
        assertThatThrownBy(() -> ModelDirectory.find(models, directory.toString()))
                .isInstanceOf(LauncherException.class)
                .hasMessage("model directory '" + directory + "' has no config.json");
    }

    @Test
    void aConfigThatIsNoGptjIsRefusedWithItsProblem() throws Exception {
        Files.writeString(models.resolve("poems/config.json"), "{\"n_embd\": 3}");

        assertThatThrownBy(() -> ModelDirectory.find(models, "poems").config())
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith("model 'poems': ")
                .hasMessageContaining("n_layer");
    }

    @Test
    void theMemoryOfTheDemoModelIsItsParametersAndItsCache() {
        var config = new ModelDirectory("stories", STORIES).config();

        var need = MemoryNeed.of(config, WeightFormat.BF16, 256);

        assertThat(need.weightBytes()).as("run.json says 6,831,104 parameters").isEqualTo(2 * 6_831_104L);
        assertThat(need.cacheBytes())
                .as("keys and values, 6 layers of width 256")
                .isEqualTo(2L * 6 * 256 * 4 * 256);
    }

    private static Path model(Path path) throws Exception {
        Files.createDirectory(path);
        Files.writeString(path.resolve("config.json"), "{}");
        return path;
    }
}
