package io.meshtransformer.gptj.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.torch.TorchCheckpoint;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against adapters that PEFT saved and merged; {@code make.py} beside them says how. */
class MergedSourceTest {
    private static final Path FILES =
            Path.of(System.getProperty("mtj.root"), "libs/gptj/src/test/resources/io/meshtransformer/gptj");
    private static final Path BASE = FILES.resolve("torch/f32");
    private static final Path ADAPTER = FILES.resolve("lora/attention");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"attention, 2", "rank-stabilised, 3"})
    void weightsAreThoseThatPeftMerges(String name, int changed) throws IOException {
        var base = TorchCheckpoint.open(BASE);
        var adapter = Adapter.open(FILES.resolve("lora").resolve(name), base.config());
        assertThat(adapter.weights()).hasSize(changed);
        try (var original = TorchCheckpoint.open(BASE);
                var merged = new MergedSource(base, adapter);
                var expected =
                        SafetensorsFile.open(FILES.resolve("lora").resolve(name).resolve("merged.safetensors"))) {
            for (var tensor : merged.tensors().keySet()) {
                var values = read(merged, tensor);
                if (expected.entries().containsKey(tensor.name())) {
                    assertThat(values).containsExactly(expected.read(tensor.name()), within(1e-6f));
                    assertThat(values).isNotEqualTo(read(original, tensor));
                } else {
                    assertThat(values).isEqualTo(read(original, tensor));
                }
            }
        }
    }

    @Test
    void aRectangleIsAPartOfTheWhole() throws IOException {
        var base = TorchCheckpoint.open(BASE);
        try (var merged = new MergedSource(base, Adapter.open(ADAPTER, base.config()))) {
            var tensor = new StateTensor(Kind.PARAMETER, "transformer.h.0.attn.q_proj.weight");
            var whole = read(merged, tensor);
            var part = new float[5];
            merged.readRectangle(tensor, 1, 2, 2, 2, part, 1);
            assertThat(part).containsExactly(0, whole[6], whole[7], whole[10], whole[11]);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "use_dora": false      | "use_dora": true                   | use_dora is true, merged are adapters with null
            "bias": "none"         | "bias": "all"                      | bias is "all", merged are adapters with "none"
            "peft_type": "LORA"    | "peft_type": "IA3"                 | peft_type is "IA3", merged are adapters with "LORA"
            "rank_pattern": {}     | "rank_pattern": {"h.0": 8}         | rank_pattern is {"h.0":8}, merged are adapters with null
            "r": 2                 | "r": 0                             | r is 0, it must be from 1 to 65536
            """)
    void refusesWhatItWouldMergeWrongly(String setting, String other, String problem) throws IOException {
        Files.copy(ADAPTER.resolve("adapter_model.safetensors"), directory.resolve("adapter_model.safetensors"));
        var config = Files.readString(ADAPTER.resolve("adapter_config.json"));
        assertThat(config).contains(setting);
        var file = Files.writeString(directory.resolve("adapter_config.json"), config.replace(setting, other));
        assertThatThrownBy(() -> Adapter.open(directory, model()))
                .isInstanceOf(ModelFormatException.InvalidConfig.class)
                .hasMessage(file + ": " + problem);
    }

    @Test
    void refusesAnAdapterOfAnotherModelAndNamesEveryTensor() {
        assertThatThrownBy(() -> Adapter.open(ADAPTER, new GptjConfig(6, 8, 8, 1, 2, 2, 32, 1e-5f, 5, 5)))
                .isInstanceOf(ModelFormatException.InvalidWeights.class)
                .hasMessageContaining("has 4 problems")
                .hasMessageContaining(
                        "tensor base_model.model.transformer.h.0.attn.v_proj.lora_A.weight has shape [2, 4],"
                                + " it must be [2, 8]");
        assertThatThrownBy(() -> Adapter.open(directory, model()))
                .hasMessageStartingWith(directory.resolve("adapter_config.json") + ": there is no such file");
    }

    private static GptjConfig model() {
        return new GptjConfig(6, 8, 4, 1, 2, 2, 16, 1e-5f, 5, 5);
    }

    private static float[] read(ModelSource source, StateTensor tensor) throws IOException {
        var values = new float[(int) source.tensors().get(tensor).elements()];
        source.read(tensor, 0, values, 0, values.length);
        return values;
    }
}
