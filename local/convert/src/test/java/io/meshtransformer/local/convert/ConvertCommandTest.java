package io.meshtransformer.local.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.CheckpointWriter;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ConvertCommandTest {
    private static final GptjConfig CONFIG = new GptjConfig(32, 16, 16, 2, 8, 2, 64, 1e-5f, 31, 31);
    private static final Path GPTJ_FILES =
            Path.of(System.getProperty("mtj.root"), "libs/gptj/src/test/resources/io/meshtransformer/gptj");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = directory.resolve("model");
        RandomModel.write(model, CONFIG, DataType.BF16, 7);
        Files.writeString(model.resolve("tokenizer.json"), "{}");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4", "8"})
    void thereAndBackIsTheSameToTheBit(int shards) throws IOException {
        var there = directory.resolve("there");
        var back = directory.resolve("back");

        assertThat(run(model, there, "--format", "mtj", "--shards", shards, "--json"))
                .isZero();
        var report = new JsonMapper().readTree(out.toString());
        assertThat(run(there, back)).isZero();

        assertThat(back.resolve("model.safetensors")).hasSameBinaryContentAs(model.resolve("model.safetensors"));
        var hashes = hashes(there);
        assertThat(report.get("tensors")).isEqualTo(hashes);
        assertThat(report.get("shards").asInt()).isEqualTo(shards);
        hashes(back).properties().forEach(tensor -> assertThat(hashes.get(tensor.getKey()))
                .isEqualTo(tensor.getValue()));
        assertThat(out.toString()).contains("tensors  25", "weights  bf16", "note     there is no tokenizer.json");
    }

    @Test
    void aRunsCheckpointIsAStartAndIsFoundByRunAndStep() throws IOException {
        var start = directory.resolve("start");
        assertThat(run(model, start, "--format", "train")).isZero();
        assertThat(start.resolve("tokenizer.json")).exists();
        assertThat(start.resolve("manifest.json")).exists();

        // As a run has it.
        var runs = directory.resolve("home/runs");
        Files.createDirectories(runs.resolve("tales/checkpoints"));
        Files.move(start, runs.resolve("tales/checkpoints/step-00000000"));
        for (var source : List.of(runs.resolve("tales"), runs.resolve("tales@0"), "tales", "tales@0")) {
            var back = Files.createTempDirectory(directory, "back");
            assertThat(run(source, back, "--dtype", "bf16", "--home", directory.resolve("home")))
                    .as(err.toString())
                    .isZero();
            assertThat(back.resolve("model.safetensors")).hasSameBinaryContentAs(model.resolve("model.safetensors"));
            assertThat(back.resolve("tokenizer.json")).hasSameBinaryContentAs(model.resolve("tokenizer.json"));
        }
    }

    @Test
    void pytorchsWeightsAreReadAndAnAdapterIsMerged() throws IOException {
        var base = directory.resolve("base");
        var merged = directory.resolve("merged");
        assertThat(run(GPTJ_FILES.resolve("torch/f32"), base)).isZero();
        assertThat(run(GPTJ_FILES.resolve("torch/f32"), merged, "--adapter", GPTJ_FILES.resolve("lora/attention")))
                .isZero();
        var before = hashes(base);
        var after = hashes(merged);
        assertThat(before.properties().stream()
                        .filter(tensor -> !after.get(tensor.getKey()).equals(tensor.getValue())))
                .hasSize(2)
                .allMatch(tensor -> tensor.getKey().matches("transformer\\.h\\.0\\.attn\\.[qv]_proj\\.weight"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            model                          | Missing required parameter: 'DST'
            model there --format gguf      | --format is 'gguf': there are hf, mtj and train
            model there --dtype int8       | --dtype is 'int8': there are fp32, bf16 and fp16
            model there --shards 4         | --shards is for --format mtj, not for hf
            model there --format mtj --shards 3    | --shards is 3: there are 1, 2, 4, 8 and 16
            model there --format train --dtype bf16 | a run's checkpoint is fp32: leave --dtype out
            """)
    void wrongUsageExitsWithTwo(String line, String message) {
        assertThat(run((Object[]) line.split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void whatCannotBeConvertedIsOneSentenceAndLeavesNothing() throws IOException {
        var there = directory.resolve("there");
        assertFails("is no directory", directory.resolve("nowhere"), there);
        var empty = Files.createDirectory(directory.resolve("empty"));
        assertFails("holds no model", empty, there);
        assertFails("model is there already and not empty; choose another name", model, model);
        assertFails("n_heads is 8, which 16 shards do not divide", model, there, "--format", "mtj", "--shards", "16");
        Files.createDirectory(directory.resolve("there.partial"));
        assertFails("there.partial is there: another conversion writes it", model, there);
        Files.delete(directory.resolve("there.partial"));
        assertThat(run(model, empty)).isZero();
    }

    @Test
    void aValueThatWouldBecomeInfiniteIsNamed() throws IOException {
        var large = directory.resolve("large");
        try (var writer = CheckpointWriter.create(large, CONFIG, DataType.F32)) {
            for (var tensor : GptjTensors.shapes(CONFIG).entrySet()) {
                var values = new float[(int) tensor.getValue().elements()];
                Arrays.fill(values, tensor.getKey().equals("lm_head.bias") ? 70000 : 1);
                writer.write(tensor.getKey(), 0, values, 0, values.length);
            }
            writer.complete();
        }
        assertFails(
                "tensor lm_head.bias has a value of magnitude 70000.0, which would become infinite in F16",
                large,
                directory.resolve("there"),
                "--dtype",
                "fp16");
        assertFails("lm_head.bias", large, directory.resolve("there"), "--dtype", "fp16", "--format", "mtj");
    }

    private void assertFails(String message, Object... arguments) throws IOException {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(err.toString()).startsWith("mtj: ").contains(message);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(directory.resolve("there")).doesNotExist();
    }

    private static JsonNode hashes(Path target) throws IOException {
        return new JsonMapper().readTree(target.resolve("hashes.json").toFile()).get("tensors");
    }

    private int run(Object... arguments) {
        return new CommandLine(new ConvertCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }
}
