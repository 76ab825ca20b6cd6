package io.meshtransformer.contracts;

import java.util.List;

/**
 * How likely a model finds one continuation of a context.
 *
 * @param logprob sum of {@code tokenLogprobs}, nats
 * @param tokenLogprobs log-probability of each token of the continuation given all before it
 * @param tokenIds the continuation as the model read it
 * @param greedy whether each token was the likeliest at its place (the lowest id wins a tie)
 */
public record ContinuationScore(double logprob, List<Double> tokenLogprobs, TokenIds tokenIds, boolean greedy) {
    public ContinuationScore {
        tokenLogprobs = List.copyOf(Required.field(tokenLogprobs, "tokenLogprobs"));
        Required.field(tokenIds, "tokenIds");
    }
}
