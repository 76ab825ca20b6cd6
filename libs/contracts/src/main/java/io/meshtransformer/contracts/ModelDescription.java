package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A model that is served.
 *
 * @param id the name requests use
 * @param created when its weights were written
 * @param contextLength most tokens of prompt and completion together
 * @param vocabularySize number of logits
 * @param tokenizer null for a model that takes ids only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelDescription(
        String id, Instant created, int contextLength, int vocabularySize, TokenizerDescription tokenizer) {
    public ModelDescription {
        Required.field(id, "id");
        Required.field(created, "created");
    }

    /**
     * What clients ask of a tokenizer.
     *
     * @param vocabularySize number of ids it knows, at most the model's
     * @param bosToken text of the token that stands before a text, or null
     * @param eosToken text of the token that ends a text
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokenizerDescription(
            int vocabularySize, String bosToken, Integer bosTokenId, String eosToken, Integer eosTokenId) {}
}
