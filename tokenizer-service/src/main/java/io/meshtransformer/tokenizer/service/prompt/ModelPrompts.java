package io.meshtransformer.tokenizer.service.prompt;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.serving.OfferedModel;

/** The prompts of one model. */
final class ModelPrompts {
    private final OfferedModel model;
    private final TextLimits limits;
    private final Encoder encoder;
    private final Completions completions;
    private final Scores scores;

    /** @param budget for texts being merged, of all models together */
    ModelPrompts(OfferedModel model, TextLimits limits, MemoryBudget budget) {
        this.model = model;
        this.limits = limits;
        this.encoder = new Encoder(model, limits, budget);
        this.completions = new Completions(model, encoder);
        this.scores = new Scores(model, encoder, limits);
    }

    OfferedModel model() {
        return model;
    }

    Outcome complete(PromptRequest.Complete request) throws RequestRefusedException {
        return completions.forward(request);
    }

    Outcome score(PromptRequest.Score request) throws RequestRefusedException {
        return scores.forward(request);
    }

    Outcome tokenize(PromptRequest.Tokenize request) throws RequestRefusedException {
        var ids = encoder.encode(request.text(), "prompt");
        if (request.addSpecialTokens()) {
            ids = encoder.tokenizer("prompt").withSpecialTokens(ids);
        }
        return new Outcome.Answer(new AnswerEvent.Tokenized(request.requestId(), TokenIds.of(ids)));
    }

    Outcome detokenize(PromptRequest.Detokenize request) throws RequestRefusedException {
        var tokenizer = encoder.tokenizer("tokens");
        var ids = request.ids().toArray();
        encoder.requireKnown(ids, "tokens");
        var bytes = tokenizer.byteCount(ids);
        if (bytes > limits.textBytes()) {
            throw RequestRefusedException.invalid(
                    "'tokens' stand for %d bytes of text, at most %d are given at once"
                            .formatted(bytes, limits.textBytes()),
                    "tokens");
        }
        return new Outcome.Answer(new AnswerEvent.Detokenized(request.requestId(), tokenizer.decode(ids)));
    }
}
