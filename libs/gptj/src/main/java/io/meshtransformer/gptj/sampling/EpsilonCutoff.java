package io.meshtransformer.gptj.sampling;

/**
 * Keeps tokens of at least a given probability, and always the likeliest. Hewitt et al., "Truncation Sampling as Language
 * Model Desmoothing", arXiv 2210.15191.
 *
 * @param probability above 0, below 1
 */
public record EpsilonCutoff(double probability) implements LogitProcessor {
    public EpsilonCutoff {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "the epsilon cutoff is " + probability + ", it must be above 0 and below 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        candidates.keepWeighing(Math.min(probability * candidates.weights().total(), 1));
    }
}
