package io.meshtransformer.local.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** Body of POST /v1/completions; what is null is left to the gateway. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CompletionRequest(
        String model,
        @JsonInclude(JsonInclude.Include.ALWAYS) String prompt,
        @JsonProperty("max_tokens") Integer maxTokens,
        Double temperature,
        @JsonProperty("top_p") Double topP,
        @JsonProperty("top_k") Integer topK,
        Long seed,
        List<String> stop,
        boolean stream) {
    public CompletionRequest {
        requireNonNull(model, "model is null");
        requireNonNull(prompt, "prompt is null");
        stop = List.copyOf(requireNonNull(stop, "stop is null"));
    }
}
