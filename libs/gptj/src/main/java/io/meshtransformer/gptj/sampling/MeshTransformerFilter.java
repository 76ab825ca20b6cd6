package io.meshtransformer.gptj.sampling;

import java.util.Arrays;

/**
 * Filter and temperature of mesh-transformer-jax, which served GPT-J first: the nucleus is that of the distribution
 * before the temperature, top-k counts ranks in it, and token 0 is never removed by top-k (there, the mask is multiplied
 * by the token's id).
 *
 * @param topK at least 1; {@link Integer#MAX_VALUE} keeps all
 */
public record MeshTransformerFilter(double topP, double temperature, int topK) implements LogitProcessor {
    public MeshTransformerFilter {
        // Each checks its own value.
        new TopP(topP);
        new Temperature(temperature);
        new TopK(topK);
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        new TopP(topP).apply(candidates, history);
        if (topK < candidates.count()) {
            var cut = candidates.cut(candidates.logits(), false, topK);
            var scores = Arrays.copyOf(candidates.logits(), candidates.count());
            scores[0] = candidates.id(0) == 0 ? Float.POSITIVE_INFINITY : scores[0];
            candidates.keepAtLeast(cut.score(), scores);
        }
        new Temperature(temperature).apply(candidates, history);
    }
}
