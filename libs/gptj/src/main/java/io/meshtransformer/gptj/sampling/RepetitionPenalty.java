package io.meshtransformer.gptj.sampling;

/**
 * Makes every token of prompt and generated text less likely, once, however often it occurs: positive logits are divided,
 * negative ones multiplied. Keskar et al., "CTRL", arXiv 1909.05858, section 4.1.
 *
 * @param penalty above 0; 1 changes nothing
 */
public record RepetitionPenalty(double penalty) implements LogitProcessor {
    public RepetitionPenalty {
        if (!(penalty > 0 && Double.isFinite(penalty))) {
            throw new IllegalArgumentException(
                    "the repetition penalty is " + penalty + ", it must be a finite number above 0");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        // Never 0 in fp32: 0 / 0 would be no number.
        var factor = Math.max((float) penalty, Float.MIN_NORMAL);
        candidates.occurrences().forEach(history, 0, (id, occurrences) -> {
            var place = candidates.place(id);
            if (place >= 0) {
                var logit = candidates.logits()[place];
                candidates.set(place, logit < 0 ? logit * factor : logit / factor);
            }
        });
    }
}
