package io.meshtransformer.evaluation.request;

import java.util.List;

/** What a model answered to a {@link ModelRequest}. */
public sealed interface ModelAnswer {
    /** To a {@link ModelRequest.Score}: one for each continuation, in their order. */
    record Scores(List<ContinuationScore> scores) implements ModelAnswer {
        public Scores {
            scores = List.copyOf(scores);
        }
    }

    /**
     * @param logprob sum over the continuation's tokens, nats
     * @param greedy whether each token was the likeliest at its place
     */
    record ContinuationScore(double logprob, boolean greedy) {}

    /** To a {@link ModelRequest.Generate}: what was generated, without the text that ended it. */
    record Text(String text) implements ModelAnswer {}
}
