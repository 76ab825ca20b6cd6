package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.evaluation.request.ModelRequest;

/** What a model is asked, as it goes to {@code inference.batch}. */
public final class Requests {
    private Requests() {}

    /** @param identity of what must answer */
    public static InferenceRequest of(String id, String model, ModelRequest request, String identity) {
        return switch (request) {
            case ModelRequest.Score score ->
                new InferenceRequest.Score(
                        id,
                        model,
                        TokenIds.of(score.contextIds()),
                        score.continuationIds().stream().map(TokenIds::of).toList(),
                        null,
                        identity);
            case ModelRequest.Generate generate ->
                new InferenceRequest.Generate(
                        id,
                        model,
                        TokenIds.of(generate.contextIds()),
                        new GenerationOptions(
                                generate.maxTokens(), 1, Sampling.greedy(), generate.until(), null, false, false),
                        null,
                        identity);
        };
    }
}
