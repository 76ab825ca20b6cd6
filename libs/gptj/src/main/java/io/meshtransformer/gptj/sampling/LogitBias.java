package io.meshtransformer.gptj.sampling;

import java.util.Map;

/**
 * Adds to the logits of given tokens. Tokens that cannot be chosen at all are passed over.
 *
 * @param biases by token id, finite
 */
public record LogitBias(Map<Integer, Double> biases) implements LogitProcessor {
    public LogitBias {
        biases = Map.copyOf(biases);
        biases.forEach((id, bias) -> {
            if (id < 0 || !Double.isFinite(bias)) {
                throw new IllegalArgumentException(
                        "the bias of token " + id + " is " + bias + ", the id must be at least 0 and the bias finite");
            }
        });
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        biases.forEach((id, bias) -> {
            var place = candidates.place(id);
            if (place >= 0) {
                candidates.set(place, candidates.logits()[place] + bias.floatValue());
            }
        });
    }
}
