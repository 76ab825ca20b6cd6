package io.meshtransformer.gptj.sampling;

/**
 * Keeps the smallest set of the likeliest tokens whose probabilities reach p, at least one; of equal tokens at its edge
 * those with the lowest ids. Holtzman et al., "The Curious Case of Neural Text Degeneration", arXiv 1904.09751.
 *
 * @param probability from 0 to 1; 1 keeps all whose probability is a number above 0 in fp32
 */
public record TopP(double probability) implements LogitProcessor {
    /** Half the smallest fp32 above 0: less is rounded to 0. */
    private static final double SMALLEST_PROBABILITY = Float.MIN_VALUE / 2.0;

    public TopP {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("top-p is " + probability + ", it must be from 0 to 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        var weights = candidates.weights();
        if (probability < 1) {
            keepNucleus(candidates, weights, probability * weights.total());
        } else {
            candidates.keepWeighing(weights.total() * SMALLEST_PROBABILITY);
        }
    }

    private static void keepNucleus(Candidates candidates, Candidates.Weights weights, double target) {
        var logits = candidates.logits();
        var cut = candidates.cut(logits, true, target);
        candidates.keepAtLeast(cut.score(), logits);

        var last = 0;
        while (logits[last] != cut.score()) {
            last++;
        }
        // Of those that equal the last one, each stays while the weight before it is below the target.
        var equal = (long) Math.ceil((target - cut.above()) / weights.values()[last]);
        candidates.keepFirstOf(cut.score(), Math.max(1, equal));
    }
}
