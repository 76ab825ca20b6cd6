package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the reference models and meets, with the weights alone, what the reference computed from them. */
class GoldenModelsTest {
    private static final String A = "a-v512-d64-l2-h4";

    @ParameterizedTest
    @CsvSource({
        "a-v512-d64-l2-h4, F32, 165376",
        "a-v512-d64-l2-h4-f16, F16, 165376",
        "a-v512-d64-l2-h4-bf16, BF16, 165376",
        "a-v512-d64-l2-h4-sharded2, F32, 165376",
        "b-v512-d128-l3-h8, F32, 724352",
        "c-v128-d32-l12-h8, F32, 158528",
        "d-v50400-d24-l2-h3-f16, F16, 2483808",
        "e-v96-d40-l2-h5-odd, F32, 32560"
    })
    void opensWithItsTypeAndNumberOfWeights(String model, DataType type, long parameters) throws IOException {
        try (var checkpoint = Checkpoint.open(GoldenModels.model(model))) {
            assertThat(GptjTensors.parameters(checkpoint.config())).isEqualTo(parameters);
            assertThat(checkpoint.fileBytes()).isBetween(parameters * type.bytes(), parameters * type.bytes() + 16_000);
            for (var name : GptjTensors.shapes(checkpoint.config()).keySet()) {
                assertThat(checkpoint.type(name)).isEqualTo(type);
                assertThat(checkpoint.read(name)).doesNotContain(Float.NaN);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a-v512-d64-l2-h4",
        "a-v512-d64-l2-h4-f16",
        "a-v512-d64-l2-h4-bf16",
        "b-v512-d128-l3-h8",
        "c-v128-d32-l12-h8",
        "e-v96-d40-l2-h5-odd"
    })
    void embeddingAndFirstLayerNormEqualTheReference(String model) throws IOException {
        var directory = GoldenModels.model(model);
        try (var checkpoint = Checkpoint.open(directory);
                var golden = SafetensorsFile.open(directory.resolve("golden.safetensors"))) {
            var ids = json(directory).at("/activations/prompt_ids");
            var config = checkpoint.config();
            var width = config.width();
            var embedded = new float[ids.size() * width];
            for (var i = 0; i < ids.size(); i++) {
                checkpoint.read(
                        GptjTensors.EMBEDDING, (long) ids.get(i).intValue() * width, embedded, i * width, width);
            }
            assertThat(embedded).isEqualTo(golden.read("act.embed"));

            var weight = checkpoint.read(BlockTensor.NORM_WEIGHT.name(0));
            var bias = checkpoint.read(BlockTensor.NORM_BIAS.name(0));
            var normed = golden.read("act.block_0.ln_1");
            for (var row = 0; row < ids.size(); row++) {
                double mean = 0;
                for (var i = 0; i < width; i++) {
                    mean += embedded[row * width + i];
                }
                mean /= width;
                double variance = 0;
                for (var i = 0; i < width; i++) {
                    variance += Math.pow(embedded[row * width + i] - mean, 2);
                }
                variance /= width;
                for (var i = 0; i < width; i++) {
                    var at = row * width + i;
                    assertThat((double) normed[at])
                            .isCloseTo(
                                    (embedded[at] - mean) / Math.sqrt(variance + config.layerNormEpsilon()) * weight[i]
                                            + bias[i],
                                    within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a-v512-d64-l2-h4, 2",
        "a-v512-d64-l2-h4-f16, 2",
        "a-v512-d64-l2-h4-bf16, 2",
        "b-v512-d128-l3-h8, 2",
        "c-v128-d32-l12-h8, 2",
        "e-v96-d40-l2-h5-odd, 2"
    })
    void headMakesTheReferencesLogitsOfItsLastHiddenState(String model, int prompt) throws IOException {
        var directory = GoldenModels.model(model);
        try (var checkpoint = Checkpoint.open(directory);
                var golden = SafetensorsFile.open(directory.resolve("golden.safetensors"))) {
            var facts = json(directory);
            assertThat(facts.at("/prompts/" + prompt + "/ids")).isEqualTo(facts.at("/activations/prompt_ids"));
            var hidden = golden.read("act.ln_f");
            var logits = golden.read("prompt_" + prompt + ".logits");
            var head = checkpoint.read(GptjTensors.HEAD_WEIGHT);
            var bias = checkpoint.read(GptjTensors.HEAD_BIAS);
            var width = checkpoint.config().width();
            var vocabulary = checkpoint.config().vocabularySize();
            for (var row = 0; row < hidden.length / width; row++) {
                for (var id = 0; id < vocabulary; id++) {
                    double sum = bias[id];
                    for (var i = 0; i < width; i++) {
                        sum += (double) hidden[row * width + i] * head[id * width + i];
                    }
                    assertThat((double) logits[row * vocabulary + id]).isCloseTo(sum, within(1e-4));
                }
            }
        }
    }

    @Test
    void shardsHoldTheSameWeightsAsOneFile() throws IOException {
        try (var whole = Checkpoint.open(GoldenModels.model(A));
                var sharded = Checkpoint.open(GoldenModels.model(A + "-sharded2"))) {
            for (var name : GptjTensors.shapes(whole.config()).keySet()) {
                assertThat(sharded.read(name)).as(name).isEqualTo(whole.read(name));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-f16, 0x1p-11, 0x1p-25", "-bf16, 0x1p-8, 0x1p-133"})
    void halfTypesAreTheRoundedWeights(String suffix, double relative, double absolute) throws IOException {
        try (var whole = Checkpoint.open(GoldenModels.model(A));
                var half = Checkpoint.open(GoldenModels.model(A + suffix))) {
            for (var name : GptjTensors.shapes(whole.config()).keySet()) {
                var exact = whole.read(name);
                var widened = half.read(name);
                for (var i = 0; i < exact.length; i++) {
                    assertThat(Math.abs(widened[i] - exact[i]))
                            .as("%s[%d]", name, i)
                            .isLessThanOrEqualTo((float) Math.max(relative * Math.abs(exact[i]), absolute));
                    assertThat(isExact(widened[i], half.type(name))).isTrue();
                }
            }
        }
    }

    private static boolean isExact(float value, DataType type) {
        return type == DataType.F16
                ? Float.float16ToFloat(Float.floatToFloat16(value)) == value
                : (Float.floatToRawIntBits(value) & 0xFFFF) == 0;
    }

    private static JsonNode json(Path directory) throws IOException {
        return new JsonMapper().readTree(directory.resolve("golden.json").toFile());
    }
}
