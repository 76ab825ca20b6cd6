package io.meshtransformer.gateway.completion;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Prompt;
import java.util.List;
import java.util.OptionalLong;

/**
 * A valid body of {@code POST /v1/completions}.
 *
 * @param choices answers per prompt, {@code n}
 * @param candidates answers drawn per prompt, {@code best_of}; the likeliest {@code choices} of them are given
 * @param options what is asked of the model for each prompt, drawn {@code candidates} times; its seed is only valid
 *     where {@code seed} is present
 * @param stream whether the answer comes as server-sent events
 * @param includeUsage whether a stream ends with the token counts
 * @param returnTokenIds whether choices carry their token ids
 */
public record CompletionRequest(
        String model,
        List<Prompt> prompts,
        int choices,
        int candidates,
        GenerationOptions options,
        OptionalLong seed,
        boolean stream,
        boolean includeUsage,
        boolean returnTokenIds) {
    public CompletionRequest {
        requireNonNull(model, "model is null");
        prompts = List.copyOf(prompts);
        requireNonNull(options, "options is null");
        requireNonNull(seed, "seed is null");
    }
}
