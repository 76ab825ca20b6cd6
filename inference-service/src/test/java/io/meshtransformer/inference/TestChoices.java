package io.meshtransformer.inference;

import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.inference.generation.TokenChoice;
import io.meshtransformer.inference.probability.LogProbabilities;

/** Draws by adding keyed noise to the logits; greedy at temperature 0. */
final class TestChoices implements TokenChoice.Factory {

    private final int knownIds;

    TestChoices(int knownIds) {
        this.knownIds = knownIds;
    }

    @Override
    public TokenChoice create(Sampling sampling, int[] prompt, int choice) {
        if (sampling.temperature() == 0) {
            return (logits, offset, _) -> LogProbabilities.likeliest(logits, offset, knownIds);
        }
        return (logits, offset, position) -> {
            var best = 0;
            var bestValue = Double.NEGATIVE_INFINITY;
            for (int id = 0; id < knownIds; id++) {
                var key = ((sampling.seed() * 31 + choice) * 1_000_003 + position) * 1_000_003 + id;
                var uniform = ((key * 0x9E3779B97F4A7C15L ^ key >>> 7) * 0xBF58476D1CE4E5B9L >>> 11) / 0x1p53;
                var value = logits[offset + id] / sampling.temperature() - Math.log(-Math.log(uniform + 1e-18));
                if (value > bestValue) {
                    best = id;
                    bestValue = value;
                }
            }
            return best;
        };
    }
}
