package io.meshtransformer.gateway.tokenizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;

/**
 * What clients ask of a tokenizer, under the names of Hugging Face's tokenizer_config.json.
 *
 * @param tokenizerClass the class of Hugging Face that reads such a tokenizer
 * @param padToken null: nothing is padded
 */
public record TokenizerInfo(
        @JsonProperty("tokenizer_class") String tokenizerClass,
        @JsonProperty("model_max_length") int modelMaxLength,
        @JsonProperty("vocab_size") int vocabularySize,
        @JsonProperty("bos_token") String bosToken,
        @JsonProperty("bos_token_id") Integer bosTokenId,
        @JsonProperty("eos_token") String eosToken,
        @JsonProperty("eos_token_id") Integer eosTokenId,
        @JsonProperty("pad_token") String padToken) {
    /** Every tokenizer of the suite merges bytes as GPT-2's does. */
    private static final String BYTE_LEVEL_BPE = "GPT2Tokenizer";

    static TokenizerInfo of(ModelDescription model, TokenizerDescription tokenizer) {
        return new TokenizerInfo(
                BYTE_LEVEL_BPE,
                model.contextLength(),
                tokenizer.vocabularySize(),
                tokenizer.bosToken(),
                tokenizer.bosTokenId(),
                tokenizer.eosToken(),
                tokenizer.eosTokenId(),
                null);
    }
}
