package io.meshtransformer.gptj.sampling;

/**
 * Keeps the tokens whose information content is nearest to the distribution's entropy, until their probabilities reach p.
 * Meister et al., "Locally Typical Sampling", arXiv 2202.00666.
 *
 * @param probability above 0, below 1
 */
public record TypicalP(double probability) implements LogitProcessor {
    public TypicalP {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException("typical-p is " + probability + ", it must be above 0 and below 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        var count = candidates.count();
        var logits = candidates.logits();
        var weights = candidates.weights();
        var logTotal = candidates.max() + StrictMath.log(weights.total());
        double entropy = 0;
        for (var place = 0; place < count; place++) {
            if (weights.values()[place] > 0) {
                entropy -= weights.values()[place] / weights.total() * (logits[place] - logTotal);
            }
        }
        var typicality = new float[count];
        for (var place = 0; place < count; place++) {
            typicality[place] = (float) -Math.abs(logTotal - logits[place] - entropy);
        }
        var cut = candidates.cut(typicality, true, probability * weights.total());
        candidates.keepAtLeast(cut.score(), typicality);
    }
}
