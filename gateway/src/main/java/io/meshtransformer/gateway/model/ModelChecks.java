package io.meshtransformer.gateway.model;

import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;

/** What can be said against a request once its model is known, without asking anybody. */
public final class ModelChecks {
    /** Characters; of known byte-level vocabularies none has one of more than 128. */
    private static final int LONGEST_TOKEN = 512;

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
     * Checks a text or ids before anybody reads them: that the model can, and that they are not too long for certain.
     *
     * @param more tokens that must fit besides them
     * @throws ApiException naming the parameter
     */
    public static void fits(Prompt prompt, int more, ModelDescription model, String parameter) {
        if (prompt.ids() != null) {
            tokenIds(prompt.ids(), model, parameter);
            if ((long) prompt.ids().size() + more > model.contextLength()) {
                throw tooLong(
                        "'%s' has %d token ids and %d more are to fit, the model '%s' takes %d tokens"
                                .formatted(parameter, prompt.ids().size(), more, model.id(), model.contextLength()),
                        parameter);
            }
            return;
        }
        tokenizer(model, parameter);
        if (prompt.text().length() > (long) LONGEST_TOKEN * model.contextLength()) {
            throw tooLong(
                    "'%s' has %d characters, more than the %d tokens that the model '%s' takes"
                            .formatted(parameter, prompt.text().length(), model.contextLength(), model.id()),
                    parameter);
        }
    }

    private static ApiException tooLong(String message, String parameter) {
        return new ApiException(ErrorKind.CONTEXT_LENGTH_EXCEEDED, message, parameter);
    }

    /**
     * A prompt as the model can read it: an empty text is the token that ends a text, after which anything may begin.
     *
     * @throws ApiException if the tokenizer has no such token
     */
    public static Prompt beginning(Prompt prompt, ModelDescription model, String parameter) {
        if (prompt.ids() != null || !prompt.text().isEmpty()) {
            return prompt;
        }
        var tokenizer = tokenizer(model, parameter);
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
