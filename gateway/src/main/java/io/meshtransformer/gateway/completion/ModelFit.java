package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.model.ModelChecks;

/** Fits a request to its model. */
final class ModelFit {
    private ModelFit() {}

    /**
     * The request as the model can serve it: an empty text is a token to begin with, and a model that knows no texts
     * answers with ids.
     *
     * @throws ApiException if the model cannot do what is asked
     */
    static CompletionRequest fit(CompletionRequest request, ModelDescription model) {
        var options = request.options();
        if (options.maxTokens() > model.contextLength()) {
            throw new ApiException(
                    ErrorKind.CONTEXT_LENGTH_EXCEEDED,
                    "'max_tokens' is %d, the model '%s' takes %d tokens of prompt and completion together"
                            .formatted(options.maxTokens(), model.id(), model.contextLength()),
                    "max_tokens");
        }
        if (!options.stop().isEmpty()) {
            ModelChecks.tokenizer(model, "stop");
        }
        options.sampling().logitBias().keySet().forEach(id -> ModelChecks.tokenId(id, model, "logit_bias"));
        request.prompts().forEach(prompt -> ModelChecks.fits(prompt, options.maxTokens(), model, "prompt"));
        var prompts = request.prompts().stream()
                .map(prompt -> ModelChecks.beginning(prompt, model, "prompt"))
                .toList();
        return new CompletionRequest(
                request.model(),
                prompts,
                request.choices(),
                request.candidates(),
                options,
                request.seed(),
                request.stream(),
                request.includeUsage(),
                request.returnTokenIds() || model.tokenizer() == null);
    }
}
