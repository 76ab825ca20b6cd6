package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A record of the topic {@code evaluation.results}: what a model answered to one request, keyed by
 * {@link #requestHash()}. Of several records with one key the first holds.
 *
 * @param requestHash SHA-256 (hexadecimal) of the model's identity, the tokenizer's hash and the request
 * @param identity {@link ServedModel#identity()}
 * @param tokenizerHash SHA-256 (hexadecimal) of the tokenizer's file
 * @param scores one for each continuation, in their order; null for a generated text
 * @param text what was generated; null for scores
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationResult(
        String requestHash, String identity, String tokenizerHash, List<Score> scores, String text, Instant time) {
    public EvaluationResult {
        Required.field(requestHash, "requestHash");
        Required.field(identity, "identity");
        Required.field(tokenizerHash, "tokenizerHash");
        Required.that((scores == null) != (text == null), "a result holds either scores or a text");
        scores = scores == null ? null : List.copyOf(scores);
        Required.field(time, "time");
    }

    /**
     * How likely the model found a continuation.
     *
     * @param logprob sum over its tokens, nats
     * @param greedy whether each token was the likeliest at its place
     */
    public record Score(double logprob, boolean greedy) {}
}
