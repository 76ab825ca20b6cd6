package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptjConfigTest {
    private static final String SIX_BILLION = """
            {"activation_function": "gelu_new", "architectures": ["GPTJForCausalLM"], "attn_pdrop": 0.0, "bos_token_id": 50256,
             "eos_token_id": 50256, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gptj", "n_embd": 4096,
             "n_head": 16, "n_inner": null, "n_layer": 28, "n_positions": 2048, "rotary": true, "rotary_dim": 64,
             "scale_attn_weights": true, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 50400}
            """;

    @TempDir
    private Path directory;

    @Test
    void readsTheConfigurationOfTheSixBillionModel() throws IOException {
        assertThat(read(SIX_BILLION))
                .isEqualTo(new GptjConfig(50400, 2048, 4096, 28, 16, 64, 16384, 1e-5f, 50256, 50256))
                .extracting(GptjConfig::headWidth)
                .isEqualTo(256);
    }

    @Test
    void takesTheDefaultsOfTransformersWhereKeysAreLeftOut() throws IOException {
        assertThat(read("""
                                {"model_type": "gptj", "vocab_size": 50400, "n_positions": 8, "n_embd": 12, "n_layer": 1, "n_head": 2, "rotary_dim": 4}
                                """)).isEqualTo(new GptjConfig(50400, 8, 12, 1, 2, 4, 48, 1e-5f, 50256, 50256));
    }

    @Test
    void honoursAnInnerWidthAndAnEpsilonOfItsOwn() throws IOException {
        var config =
                read(SIX_BILLION.replace("\"n_inner\": null", "\"n_inner\": 72").replace("1e-05", "1e-06"));
        assertThat(config.feedForwardWidth()).isEqualTo(72);
        assertThat(config.layerNormEpsilon()).isEqualTo(1e-6f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "n_embd": 4096 | "n_embd": 4095 | n_embd is 4095, it must be a multiple of n_head, which is 16
                    "n_embd": 4096 | "n_embd": 0 | n_embd is 0, it must be from 1 to 4194304
                    "n_embd": 4096 | "n_embd": 4096.5 | n_embd is 4096.5, it must be a whole number
                    "n_embd": 4096 | "n_embd": "4096" | n_embd is "4096", it must be a whole number
                    "n_embd": 4096 | "n_embd": 40960000000000 | n_embd is 40960000000000, it must be a whole number
                    "n_embd": 4096, | | n_embd is missing
                    "n_head": 16 | "n_head": -16 | n_head is -16, it must be from 1 to 4194304
                    "n_layer": 28 | "n_layer": 0 | n_layer is 0, it must be from 1 to 4096
                    "n_positions": 2048 | "n_positions": null | n_positions is null, it must be a whole number
                    "n_inner": null | "n_inner": -1 | n_inner is -1, it must be from 1 to 4194304
                    "rotary_dim": 64 | "rotary_dim": 63 | rotary_dim is 63, it must be even, for dimensions are rotated in pairs
                    "rotary_dim": 64 | "rotary_dim": 0 | rotary_dim is 0, it must be from 1 to 4194304
                    "rotary_dim": 64 | "rotary_dim": 258 | rotary_dim is 258, it must be at most the width of a head, n_embd / n_head = 256
                    "gptj" | "gpt2" | model_type is "gpt2", it must be "gptj"
                    "model_type": "gptj", | | model_type is missing, it must be "gptj"
                    "gelu_new" | "relu" | activation_function is "relu", it must be "gelu_new"
                    "tie_word_embeddings": false | "tie_word_embeddings": true | tie_word_embeddings is true, it must be false
                    "scale_attn_weights": true | "scale_attn_weights": false | scale_attn_weights is false, it must be true
                    "rotary": true | "rotary": false | rotary is false, it must be true
                    1e-05 | 0 | layer_norm_epsilon is 0.0, it must be a finite fp32 number above 0
                    1e-05 | 1e-60 | layer_norm_epsilon is 1.0E-60, it must be a finite fp32 number above 0
                    1e-05 | 1e60 | layer_norm_epsilon is 1.0E60, it must be a finite fp32 number above 0
                    1e-05 | "small" | layer_norm_epsilon is "small", it must be a number
                    "eos_token_id": 50256 | "eos_token_id": 50400 | eos_token_id is 50400, it must be from 0 to vocab_size - 1 = 50399
                    "bos_token_id": 50256 | "bos_token_id": -1 | bos_token_id is -1, it must be from 0 to vocab_size - 1 = 50399
                    "use_cache": true | "quantization_config": {} | quantization_config is set, weights must be F32, F16 or BF16
                    """)
    void namesTheValueAndTheLimit(String from, String to, String problem) {
        assertThat(SIX_BILLION).contains(from);
        assertThatThrownBy(() -> read(SIX_BILLION.replace(from, to == null ? "" : to)))
                .isInstanceOfSatisfying(ModelFormatException.InvalidConfig.class, e -> {
                    assertThat(e.problems()).containsExactly(problem);
                    assertThat(e.code()).isEqualTo("invalid_config");
                })
                .hasMessage(directory.resolve("config.json") + ": " + problem);
    }

    @Test
    void reportsAllProblemsInOneError() {
        assertThatThrownBy(() -> read(SIX_BILLION
                        .replace("\"gptj\"", "\"llama\"")
                        .replace("\"n_head\": 16", "\"n_head\": 0")
                        .replace("\"rotary_dim\": 64", "\"rotary_dim\": 7")
                        .replace("\"vocab_size\": 50400", "\"vocab_size\": 100")))
                .isInstanceOfSatisfying(ModelFormatException.class, e -> assertThat(e.problems())
                        .containsExactly(
                                "model_type is \"llama\", it must be \"gptj\"",
                                "n_head is 0, it must be from 1 to 4194304",
                                "rotary_dim is 7, it must be even, for dimensions are rotated in pairs",
                                "bos_token_id is 50256, it must be from 0 to vocab_size - 1 = 99",
                                "eos_token_id is 50256, it must be from 0 to vocab_size - 1 = 99"))
                .hasMessageContaining("has 5 problems");
    }

    @Test
    void saysWhenTheFileIsMissingOrNoJsonObject() {
        assertThatThrownBy(() -> GptjConfig.read(directory.resolve("config.json")))
                .isInstanceOf(ModelFormatException.InvalidConfig.class)
                .hasMessageContaining("there is no such file");
        for (var text : List.of("", "{", "[1]", "{} {}", "{\"n_embd\": 1, \"n_embd\": 2}", "null")) {
            assertThatThrownBy(() -> read(text))
                    .as(text)
                    .isInstanceOf(ModelFormatException.InvalidConfig.class)
                    .hasMessageMatching(".*(it is not JSON|it must be a JSON object).*");
        }
    }

    @Test
    void refusesAConfigurationBuiltFromWrongValues() {
        assertThatThrownBy(() -> new GptjConfig(10, 8, 12, 1, 5, 4, 48, 1e-5f, 9, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n_embd is 12, it must be a multiple of n_head, which is 5");
    }

    private GptjConfig read(String json) throws IOException {
        return GptjConfig.read(Files.writeString(directory.resolve("config.json"), json));
    }
}
