package io.meshtransformer.gptj;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Path;

/** Writes {@code config.json} with the keys that transformers' {@code GPTJConfig} knows. */
final class ConfigWriter {
    private ConfigWriter() {}

    static void write(GptjConfig config, Path file, DataType weights) throws IOException {
        var mapper = new JsonMapper();
        var json = mapper.createObjectNode();
        json.putArray("architectures").add("GPTJForCausalLM");
        json.put("model_type", "gptj")
                .put("activation_function", "gelu_new")
                .put("vocab_size", config.vocabularySize())
                .put("n_positions", config.contextLength())
                .put("n_embd", config.width())
                .put("n_layer", config.layers())
                .put("n_head", config.heads())
                .put("rotary_dim", config.rotaryDimensions());
        if (config.feedForwardWidth() == 4 * config.width()) {
            json.putNull("n_inner");
        } else {
            json.put("n_inner", config.feedForwardWidth());
        }
        json.put("layer_norm_epsilon", config.layerNormEpsilon())
                .put("bos_token_id", config.bosTokenId())
                .put("eos_token_id", config.eosTokenId())
                .put("tie_word_embeddings", false)
                .put("torch_dtype", torchName(weights));
        DurableFiles.replace(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static String torchName(DataType weights) {
        return switch (weights) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            case BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, I16, U16, I32, U32, I64, U64, F64, C64 ->
                throw new IllegalArgumentException("weights are " + weights + ", they must be F32, F16 or BF16");
        };
    }
}
