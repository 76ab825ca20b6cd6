package io.meshtransformer.tokenizer.service.prompt;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.serving.OfferedModel;

/** Prompts to be continued: checked, encoded, measured against the model's context. */
final class Completions {
    private final OfferedModel model;
    private final Encoder encoder;

    Completions(OfferedModel model, Encoder encoder) {
        this.model = model;
        this.encoder = encoder;
    }

    Outcome.Forward forward(PromptRequest.Complete request) throws RequestRefusedException {
        var options = request.options();
        requireSensible(options);
        if (request.prompt().text() != null) {
            encoder.requireMayFit(request.prompt().text(), model.config().contextLength(), "prompt");
        }
        if (request.prompt().ids() != null) {
            requireFits(request.prompt().ids().size(), options.maxTokens());
        }
        var ids = encoder.ids(request.prompt(), "prompt");
        if (ids.length == 0) {
            throw RequestRefusedException.invalid("'prompt' is empty: it has no token to go on from", "prompt");
        }
        requireFits(ids.length, options.maxTokens());
        return new Outcome.Forward(
                Destinations.of(request.priority()),
                new InferenceRequest.Generate(
                        request.requestId(), request.model(), TokenIds.of(ids), options, request.deadline()));
    }

    private void requireFits(int tokens, int maxTokens) throws RequestRefusedException {
        var context = model.config().contextLength();
        if ((long) tokens + maxTokens > context) {
            throw new RequestRefusedException(
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    "the prompt's %d tokens and 'max_tokens' %d make %d, the model's context holds %d"
                            .formatted(tokens, maxTokens, (long) tokens + maxTokens, context),
                    "prompt");
        }
    }

    private void requireSensible(GenerationOptions options) throws RequestRefusedException {
        if (options.maxTokens() == 0 && !options.echo()) {
            throw RequestRefusedException.invalid(
                    "'max_tokens' is 0, which makes sense with 'echo' alone", "max_tokens");
        }
        for (var id : options.sampling().logitBias().keySet()) {
            encoder.requireKnown(id, "logit_bias");
        }
        if (!options.stop().isEmpty() && model.tokenizer().isEmpty()) {
            throw new RequestRefusedException(
                    FailureCode.TOKENIZER_UNAVAILABLE,
                    "the model '%s' has no tokenizer: there is no text in which 'stop' could be found"
                            .formatted(model.name()),
                    "stop");
        }
        for (var stop : options.stop()) {
            encoder.requireWellFormed(stop, "stop");
        }
    }
}
