package io.meshtransformer.gptj.sampling;

/**
 * Keeps tokens that are at least a fraction as likely as the likeliest one. Nguyen et al., "Turning Up the Heat: Min-p
 * Sampling", arXiv 2407.01082.
 *
 * @param fraction from 0 to 1; 0 keeps all
 */
public record MinP(double fraction) implements LogitProcessor {
    public MinP {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("min-p is " + fraction + ", it must be from 0 to 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        candidates.weights();
        // The likeliest token's weight is 1.
        candidates.keepWeighing(fraction);
    }
}
