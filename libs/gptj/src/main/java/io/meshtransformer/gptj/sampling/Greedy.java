package io.meshtransformer.gptj.sampling;

/** Keeps the largest logit alone, of several equal ones that with the lowest id. */
public record Greedy() implements LogitProcessor {
    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        var max = candidates.max();
        var place = 0;
        while (candidates.logits()[place] != max) {
            place++;
        }
        candidates.keepOnly(place);
    }
}
