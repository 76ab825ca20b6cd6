package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsWriter;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.safetensors.TensorSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final GptjConfig CONFIG = new GptjConfig(10, 8, 12, 2, 2, 4, 20, 1e-5f, 9, 9);

    @TempDir
    private Path directory;

    @Test
    void opensTheDemoModel() throws IOException {
        try (var checkpoint = Checkpoint.open(Path.of(System.getProperty("mtj.root"), "models", "stories"))) {
            assertThat(checkpoint.config())
                    .isEqualTo(new GptjConfig(4096, 256, 256, 6, 8, 16, 1024, 1e-5f, 4095, 4095));
            assertThat(checkpoint.type(GptjTensors.HEAD_WEIGHT)).isEqualTo(DataType.F16);
            assertThat(GptjTensors.parameters(checkpoint.config())).isEqualTo(6_831_104);
        }
    }

    @Test
    void skipsTheMasksThatOldCheckpointsCarry() throws IOException {
        var tensors = tensors();
        tensors.put("transformer.h.0.attn.bias", f32(1, 1, 8, 8));
        tensors.put("transformer.h.0.attn.masked_bias", f32());
        tensors.put("h.1.attn.bias", f32(1, 1, 8, 8));
        tensors.put("h.1.attn.masked_bias", f32());
        write("model.safetensors", tensors);
        try (var checkpoint = open()) {
            assertThat(checkpoint.config()).isEqualTo(CONFIG);
            assertThat(checkpoint.shape("lm_head.weight")).isEqualTo(Shape.of(10, 12));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> checkpoint.shape("h.1.attn.bias"))
                    .withMessage("the model in " + directory + " has no weight h.1.attn.bias");
        }
    }

    @Test
    void namesEveryTensorThatDoesNotFitInOneError() throws IOException {
        var tensors = tensors();
        tensors.remove("transformer.wte.weight");
        tensors.remove("transformer.h.1.mlp.fc_out.bias");
        tensors.put("lm_head.weight", f32(12, 10));
        tensors.put("transformer.h.2.ln_1.weight", f32(12));
        tensors.put("surprise", f32());
        write("model.safetensors", tensors);
        assertThatThrownBy(this::open).isInstanceOfSatisfying(ModelFormatException.InvalidWeights.class, e -> {
            assertThat(e.problems())
                    .containsExactly(
                            "tensor transformer.wte.weight of shape [10, 12] is missing",
                            "tensor transformer.h.1.mlp.fc_out.bias of shape [12] is missing",
                            "tensor lm_head.weight has shape [12, 10], the configuration asks for [10, 12]",
                            "tensor surprise is no weight of this GPT-J",
                            "tensor transformer.h.2.ln_1.weight is no weight of this GPT-J");
            assertThat(e.code()).isEqualTo("invalid_weights");
            assertThat(e).hasMessageStartingWith(directory + " has 5 problems: ");
        });
    }

    @Test
    void saysWhenThereAreNoWeights() throws IOException {
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelFormatException.InvalidWeights.class)
                .hasMessageContaining("there is neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void readsShardsAndReportsWhatTheirIndexGetsWrong() throws IOException {
        try (var writer = CheckpointWriter.create(directory, CONFIG, DataType.F16, 1000)) {
            var value = 0;
            for (var tensor : GptjTensors.shapes(CONFIG).entrySet()) {
                var values = new float[(int) tensor.getValue().elements()];
                Arrays.fill(values, value++);
                writer.write(tensor.getKey(), 0, values, 0, values.length);
            }
            writer.complete();
        }
        assertThat(directory.resolve("model-00001-of-00006.safetensors")).exists();
        assertThat(directory.resolve("model-00006-of-00006.safetensors")).exists();
        try (var checkpoint = Checkpoint.open(directory)) {
            var value = 0;
            for (var name : GptjTensors.shapes(CONFIG).keySet()) {
                assertThat(checkpoint.read(name)).containsOnly(value++);
            }
        }

        change(index -> index.replace(
                "\"lm_head.bias\" : \"model-00006-of-00006.safetensors\"",
                "\"lm_head.bias\" : \"model-00001-of-00006.safetensors\""));
        assertProblems(
                "model.safetensors.index.json places tensor lm_head.bias in model-00001-of-00006.safetensors, where it is not");

        change(index -> index.replace("\"model-00001-of-00006.safetensors\"", "\"../elsewhere\""));
        assertThatThrownBy(this::open).hasMessageContaining("in \"../elsewhere\", which is no file name");

        change(index -> "{}");
        assertThatThrownBy(this::open).hasMessageContaining("has no object 'weight_map'");
        change(index -> "{\"weight_map\"");
        assertThatThrownBy(this::open).hasMessageContaining("model.safetensors.index.json is not JSON");
    }

    @Test
    void namesAMissingShardOnceAndNotEachOfItsTensors() throws IOException {
        try (var writer = CheckpointWriter.create(directory, CONFIG, DataType.F32, 4000)) {
            for (var tensor : GptjTensors.shapes(CONFIG).entrySet()) {
                var values = new float[(int) tensor.getValue().elements()];
                writer.write(tensor.getKey(), 0, values, 0, values.length);
            }
            writer.complete();
        }
        Files.delete(directory.resolve("model-00001-of-00003.safetensors"));
        Files.delete(directory.resolve("model-00003-of-00003.safetensors"));
        assertProblems(
                "there is no shard model-00001-of-00003.safetensors in the directory, though model.safetensors.index.json names it",
                "there is no shard model-00003-of-00003.safetensors in the directory, though model.safetensors.index.json names it");
    }

    @Test
    void namesATensorThatIsInTwoShards() throws IOException {
        var tensors = tensors();
        write("one.safetensors", tensors);
        write("two.safetensors", only("lm_head.bias", f32(10)));
        var weights = tensors.keySet().stream()
                .map(name -> "\"" + name + "\": \"" + (name.equals("lm_head.bias") ? "two" : "one") + ".safetensors\"")
                .toList();
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {" + String.join(",", weights) + "}}");
        assertProblems("tensor lm_head.bias is both in one.safetensors and in two.safetensors");
    }

    @Test
    void namesTensorsThatTheIndexDoesNotName() throws IOException {
        var tensors = tensors();
        tensors.put("transformer.h.0.attn.bias", f32(1));
        write("one.safetensors", tensors);
        var weights = tensors.keySet().stream()
                .filter(name -> !name.startsWith("lm_head"))
                .map(name -> "\"" + name + "\": \"one.safetensors\"")
                .toList();
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {" + String.join(",", weights) + "}}");
        assertProblems(
                "shard one.safetensors holds tensor lm_head.weight, which model.safetensors.index.json does not name",
                "shard one.safetensors holds tensor lm_head.bias, which model.safetensors.index.json does not name");
    }

    @Test
    void anUnfinishedModelLeavesNoWeights() throws IOException {
        try (var writer = CheckpointWriter.create(directory, CONFIG, DataType.F32, 4000)) {
            writer.write("lm_head.bias", 0, new float[10], 0, 10);
            assertThatThrownBy(writer::complete)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("transformer.wte.weight (120 elements left)");
        }
        assertThat(directory).isEmptyDirectory();
    }

    private Checkpoint open() throws IOException {
        CONFIG.write(directory.resolve("config.json"), DataType.F32);
        return Checkpoint.open(directory);
    }

    private void assertProblems(String... problems) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(ModelFormatException.InvalidWeights.class, e -> assertThat(e.problems())
                        .containsExactly(problems));
    }

    private void change(UnaryOperator<String> edit) throws IOException {
        var index = directory.resolve("model.safetensors.index.json");
        Files.writeString(index, edit.apply(Files.readString(index)));
    }

    private void write(String name, SequencedMap<String, TensorSpecification> tensors) throws IOException {
        try (var writer = SafetensorsWriter.create(directory.resolve(name), tensors)) {
            for (var tensor : tensors.entrySet()) {
                var values = new float[(int) tensor.getValue().shape().elements()];
                writer.write(tensor.getKey(), 0, values, 0, values.length);
            }
            writer.complete();
        }
    }

    private static SequencedMap<String, TensorSpecification> tensors() {
        var tensors = new LinkedHashMap<String, TensorSpecification>();
        GptjTensors.shapes(CONFIG)
                .forEach((name, shape) -> tensors.put(name, new TensorSpecification(DataType.F32, shape)));
        return tensors;
    }

    private static SequencedMap<String, TensorSpecification> only(String name, TensorSpecification specification) {
        var tensors = new LinkedHashMap<String, TensorSpecification>();
        tensors.put(name, specification);
        return tensors;
    }

    private static TensorSpecification f32(long... dimensions) {
        return new TensorSpecification(DataType.F32, Shape.of(dimensions));
    }
}
