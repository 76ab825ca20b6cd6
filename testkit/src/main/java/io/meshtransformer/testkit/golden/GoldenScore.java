package io.meshtransformer.testkit.golden;

/**
 * The probability of a continuation.
 *
 * @param tokenLogprobs of each continuation id, nats, computed in fp64
 * @param sumLogprob their sum, computed in fp64
 * @param isGreedy whether each continuation id is the likeliest at its place
 * @param tokenRanks how many tokens are likelier than each continuation id
 */
public record GoldenScore(
        int[] contextIds,
        int[] continuationIds,
        double[] tokenLogprobs,
        double sumLogprob,
        boolean isGreedy,
        int[] tokenRanks) {}
