package io.meshtransformer.gptj;

import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The shape of a GPT-J model, under the names of the literature; {@code config.json}'s name in brackets.
 *
 * @param vocabularySize rows of the embedding and of the head [vocab_size]
 * @param contextLength most tokens in a sequence [n_positions]
 * @param width of the residual stream [n_embd]
 * @param layers number of blocks [n_layer]
 * @param heads attention heads per block [n_head]
 * @param rotaryDimensions leading dimensions of each head that are rotated [rotary_dim]
 * @param feedForwardWidth inner width of the feed-forward [n_inner], 4 x width where config.json has null
 * @param layerNormEpsilon [layer_norm_epsilon]
 * @param bosTokenId token that stands before a text [bos_token_id]
 * @param eosTokenId token that ends a text [eos_token_id]
 */
public record GptjConfig(
        int vocabularySize,
        int contextLength,
        int width,
        int layers,
        int heads,
        int rotaryDimensions,
        int feedForwardWidth,
        float layerNormEpsilon,
        int bosTokenId,
        int eosTokenId) {

    /** @throws IllegalArgumentException if the values are no GPT-J; names every rule that is broken */
    public GptjConfig {
        var problems = ConfigRules.broken(
                vocabularySize,
                contextLength,
                width,
                layers,
                heads,
                rotaryDimensions,
                feedForwardWidth,
                (double) layerNormEpsilon,
                bosTokenId,
                eosTokenId);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /**
     * Reads a Hugging Face {@code config.json}.
     *
     * <p>Sizes must be there. Left out, {@code n_inner} is 4 x n_embd, and {@code layer_norm_epsilon}, {@code bos_token_id},
     * {@code eos_token_id}, {@code activation_function}, {@code tie_word_embeddings} and {@code scale_attn_weights} have
     * the values of transformers' {@code GPTJConfig}. Keys that do not change the forward pass are ignored.
     *
     * @throws ModelFormatException.InvalidConfig if the file is missing, no JSON or no GPT-J; names every problem
     * @throws IOException if the file cannot be read
     */
    public static GptjConfig read(Path configJson) throws IOException {
        return ConfigReader.read(configJson);
    }

    /** GPT-J-6B as it was published. */
    public static GptjConfig sixBillion() {
        return new GptjConfig(50400, 2048, 4096, 28, 16, 64, 16384, 1e-5f, 50256, 50256);
    }

    /** Writes a {@code config.json} that {@link #read} and transformers read back. */
    public void write(Path configJson, DataType weights) throws IOException {
        ConfigWriter.write(this, configJson, weights);
    }

    /** Width of one attention head. */
    public int headWidth() {
        return width / heads;
    }
}
