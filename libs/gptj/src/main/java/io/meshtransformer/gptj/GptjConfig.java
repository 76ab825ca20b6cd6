package io.meshtransformer.gptj;

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

    public int headWidth() {
        return width / heads;
    }
}
