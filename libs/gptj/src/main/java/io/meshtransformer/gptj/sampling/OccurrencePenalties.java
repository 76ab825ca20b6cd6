package io.meshtransformer.gptj.sampling;

/**
 * Lowers the logits of tokens generated before, as the OpenAI API defines it; the prompt does not count.
 *
 * @param presence subtracted once
 * @param frequency subtracted once per occurrence
 */
public record OccurrencePenalties(double presence, double frequency) implements LogitProcessor {
    public OccurrencePenalties {
        if (!Double.isFinite(presence) || !Double.isFinite(frequency)) {
            throw new IllegalArgumentException("the presence penalty is " + presence + " and the frequency penalty "
                    + frequency + ", both must be finite");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        candidates.occurrences().forEach(history, history.promptLength(), (id, occurrences) -> {
            var place = candidates.place(id);
            if (place >= 0) {
                candidates.set(place, candidates.logits()[place] - occurrences * (float) frequency);
                candidates.set(place, candidates.logits()[place] - (float) presence);
            }
        });
    }
}
