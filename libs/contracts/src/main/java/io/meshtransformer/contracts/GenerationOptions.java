package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What to generate from a prompt, whoever asks.
 *
 * @param maxTokens most tokens per choice; 0 is allowed together with {@code echo}
 * @param choices how many independent continuations, at least 1; choice i draws from its own random stream
 * @param sampling how tokens are chosen
 * @param stop texts that end a choice; the text emitted never contains one
 * @param logprobs number of most likely alternatives reported per token (0 reports the chosen token alone), or null for none
 * @param echo whether the prompt's tokens are reported too, before the first generated one
 * @param ignoreEos whether generation goes on after the end-of-text token
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GenerationOptions(
        int maxTokens,
        int choices,
        Sampling sampling,
        List<String> stop,
        Integer logprobs,
        boolean echo,
        boolean ignoreEos) {
    public GenerationOptions {
        Required.that(maxTokens >= 0, "'maxTokens' is " + maxTokens + ", it must be at least 0");
        Required.that(choices >= 1, "'choices' is " + choices + ", it must be at least 1");
        Required.field(sampling, "sampling");
        stop = stop == null ? List.of() : List.copyOf(stop);
        Required.that(stop.stream().noneMatch(String::isEmpty), "'stop' has an empty text");
        Required.that(logprobs == null || logprobs >= 0, "'logprobs' is " + logprobs + ", it must be at least 0");
    }

    /** One choice of at most {@code maxTokens} tokens. */
    public static GenerationOptions of(int maxTokens, Sampling sampling) {
        return new GenerationOptions(maxTokens, 1, sampling, List.of(), null, false, false);
    }
}
