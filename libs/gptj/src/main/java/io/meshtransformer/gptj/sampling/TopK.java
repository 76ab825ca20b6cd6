package io.meshtransformer.gptj.sampling;

/**
 * Keeps the largest logits, and all that equal the last of them.
 *
 * @param count at least 1
 */
public record TopK(int count) implements LogitProcessor {
    public TopK {
        if (count < 1) {
            throw new IllegalArgumentException("top-k is " + count + ", it must be at least 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        if (count < candidates.count()) {
            var logits = candidates.logits();
            candidates.keepAtLeast(candidates.cut(logits, false, count).score(), logits);
        }
    }
}
