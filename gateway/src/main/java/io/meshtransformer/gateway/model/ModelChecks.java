package io.meshtransformer.gateway.model;

import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;

/** What can be said against a request once its model is known, without asking anybody. */
public final class ModelChecks {
    private ModelChecks() {}

    /** @throws ApiException if the model takes ids only */
    public static TokenizerDescription tokenizer(ModelDescription model, String parameter) {
        if (model.tokenizer() == null) {
            throw new ApiException(
                    ErrorKind.TOKENIZER_UNAVAILABLE,
                    "The model '%s' has no tokenizer: it takes and gives token ids only".formatted(model.id()),
                    parameter);
        }
        return model.tokenizer();
    }

    /** @throws ApiException if one is no token of the model */
    public static void tokenIds(TokenIds ids, ModelDescription model, String parameter) {
        for (int i = 0; i < ids.size(); i++) {
            tokenId(ids.get(i), model, parameter);
        }
    }

    public static void tokenId(int id, ModelDescription model, String parameter) {
        if (id >= model.vocabularySize()) {
            throw ApiException.invalid(
                    parameter,
                    "'%s' has the token id %d, the model '%s' knows ids from 0 to %d"
                            .formatted(parameter, id, model.id(), model.vocabularySize() - 1));
        }
    }

    /**
     * A prompt as the model can read it: an empty text is the token that ends a text, after which anything may begin.
     *
     * @throws ApiException if the model cannot read it
     */
    public static Prompt prompt(Prompt prompt, ModelDescription model, String parameter) {
        if (prompt.ids() != null) {
            tokenIds(prompt.ids(), model, parameter);
            return prompt;
        }
        var tokenizer = tokenizer(model, parameter);
        if (!prompt.text().isEmpty()) {
            return prompt;
        }
        var begin = tokenizer.bosTokenId() != null ? tokenizer.bosTokenId() : tokenizer.eosTokenId();
        if (begin == null) {
            throw ApiException.invalid(
                    parameter,
                    "'%s' is an empty text, and the tokenizer of '%s' has no token to begin with"
                            .formatted(parameter, model.id()));
        }
        return Prompt.ofIds(begin);
    }
}
