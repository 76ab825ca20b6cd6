package io.meshtransformer.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.lora.FreshAdapters;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.random.RandomState;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.testkit.StateAtStep;
import io.meshtransformer.training.checkpoint.CheckpointInfo;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.RetentionRule;
import io.meshtransformer.training.checkpoint.TrainedAdapters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {
    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    private static final GptjConfig TINY = new GptjConfig(16, 8, 8, 1, 2, 4, 32, 1e-5f, 15, 15);

    @TempDir
    private Path directory;

    private Path models;
    private Path runs;

    @BeforeEach
    void prepare() throws Exception {
        models = Files.createDirectory(directory.resolve("models"));
        runs = directory.resolve("runs");
        model(models.resolve("stories"));
        model(models.resolve("poems"));
        Files.createDirectory(models.resolve("no-model"));
    }

    @Test
    void aNameIsAModelOfTheRepository() {
        assertThat(ModelDirectory.find(models, runs, "poems"))
                .isEqualTo(new ModelDirectory("poems", models.resolve("poems")));
    }

    @Test
    void aDirectoryGoesByItsOwnName() throws Exception {
        var own = model(directory.resolve("my model"));

        assertThat(ModelDirectory.find(models, runs, own + "/")).isEqualTo(new ModelDirectory("my model", own));
    }

    @Test
    void anUnknownNameListsWhatThereIs() {
        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "storeis"))
                .isInstanceOf(LauncherException.class)
                .hasMessage("model 'storeis' is neither a name nor a directory with a config.json; there are: poems,"
                        + " stories");
    }

    @Test
    void anEmptyNameIsNoModel() {
        assertThatThrownBy(() -> ModelDirectory.find(models, runs, ""))
                .hasMessageContaining("there are: poems, stories");
    }

    @Test
    void aDirectoryWithoutConfigIsNoModel() {
        assertThatThrownBy(() -> ModelDirectory.find(models, runs, directory.toString()))
                .isInstanceOf(LauncherException.class)
                .hasMessage("model directory '" + directory + "' has no config.json");
    }

    @Test
    void aConfigThatIsNoGptjIsRefusedWithItsProblem() throws Exception {
        Files.writeString(models.resolve("poems/config.json"), "{\"n_embd\": 3}");

        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "poems").config())
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith("model 'poems': ")
                .hasMessageContaining("n_layer");
    }

    @Test
    void aCheckpointOfARunIsAModelByItsStep() throws Exception {
        var checkpoints = runs.resolve("tales/checkpoints");
        commit(checkpoints, 10, 2.0);
        commit(checkpoints, 20, 3.0);
        var tenth = new ModelDirectory("tales@10", checkpoints.resolve("step-00000010"));
        var twentieth = new ModelDirectory("tales@20", checkpoints.resolve("step-00000020"));

        assertThat(ModelDirectory.find(models, runs, "tales@10")).isEqualTo(tenth);
        assertThat(ModelDirectory.find(models, runs, "tales@best")).isEqualTo(tenth);
        assertThat(ModelDirectory.find(models, runs, "tales@latest")).isEqualTo(twentieth);
        assertThat(ModelDirectory.find(models, runs, "tales")).isEqualTo(twentieth);
        assertThat(ModelDirectory.find(models, runs, tenth.path().toString())).isEqualTo(tenth);
        assertThat(tenth.config()).isEqualTo(TINY);
    }

    @Test
    void aStepThatARunDoesNotHaveIsRefusedWithThoseThatItHas() throws Exception {
        commit(runs.resolve("tales/checkpoints"), 10, 2.0);
        Files.createDirectories(runs.resolve("new/checkpoints"));

        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "tales@11"))
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("there is no checkpoint of step 11")
                .hasMessageContaining("there are [10]");
        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "new"))
                .hasMessage("model 'new@latest': the run has no checkpoint yet");
        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "tails@10"))
                .hasMessageEndingWith("there are: poems, stories; training runs: new, tales");
    }

    @Test
    void aCheckpointOfAdaptersIsRefusedWithWhatMakesAModelOfIt() throws Exception {
        var options = new LoraOptions(2, 4, List.of(BlockTensor.QUERY));
        var checkpoints = runs.resolve("tuned/checkpoints");
        var nothing = JsonNodeFactory.instance.objectNode();
        var info = new CheckpointInfo(
                TINY,
                Optional.of(new TrainedAdapters(options, "models/poems")),
                List.of(),
                nothing,
                nothing,
                OptionalDouble.empty());
        try (var store = CheckpointStore.open(checkpoints, RetentionRule.DEFAULT, InstantSource.system())) {
            store.commit(new StateAtStep(new FreshAdapters(new RandomState(TINY, 1), TINY, options, 1), 10), info);
        }

        assertThatThrownBy(() -> ModelDirectory.find(models, runs, "tuned@10"))
                .isInstanceOf(LauncherException.class)
                .hasMessage("model 'tuned@10': it holds a LoRA adapter and no model; this merges it into one:"
                        + " mtj convert models/poems MERGED --adapter " + checkpoints.resolve("step-00000010"));
    }

    private static void commit(Path checkpoints, long step, double loss) throws IOException {
        var nothing = JsonNodeFactory.instance.objectNode();
        var info = new CheckpointInfo(TINY, List.of(), nothing, nothing, OptionalDouble.of(loss));
        try (var store = CheckpointStore.open(checkpoints, RetentionRule.DEFAULT, InstantSource.system())) {
            store.commit(new StateAtStep(new RandomState(TINY, 1), step), info);
        }
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

    @Test
    void smallPublishedCheckpointsHaveRoomBesideTheModel() {
        var small = new MemoryNeed(100, 400);
        var large = new MemoryNeed(1L << 30, 400);

        assertThat(small.withPublished(2)).isEqualTo(new MemoryNeed(300, 600));
        assertThat(small.withPublished(0)).isEqualTo(small);
        assertThat(large.withPublished(2)).isEqualTo(large);
    }

    private static Path model(Path path) throws Exception {
        Files.createDirectory(path);
        Files.writeString(path.resolve("config.json"), "{}");
        return path;
    }
}
