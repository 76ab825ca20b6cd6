package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.gptj.sampling.DrawKey;
import io.meshtransformer.gptj.sampling.Sampler;
import io.meshtransformer.gptj.sampling.SamplingParameters;

/** Chooses as the request's sampling says; a draw is keyed by seed, choice and position, so it can be repeated. */
public final class SamplerChoices implements TokenChoice.Factory {

    /** A sampler holds memory for one row, so each thread that reads rows has its own. */
    private final ThreadLocal<Sampler> samplers;

    /**
     * @param vocabularySize logits in a row
     * @param knownIds ids from here on are never chosen
     */
    public SamplerChoices(int vocabularySize, int knownIds) {
        samplers = ThreadLocal.withInitial(() -> new Sampler(vocabularySize, knownIds));
    }

    @Override
    public TokenChoice create(Sampling sampling, int choice) {
        var processors = parameters(sampling).processors();
        return (row, history) -> {
            var key = new DrawKey(sampling.seed(), choice, history.length() - history.promptLength());
            return samplers.get().sample(row, processors, history, key).id();
        };
    }

    private static SamplingParameters parameters(Sampling sampling) {
        return new SamplingParameters(
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                sampling.minP(),
                sampling.repetitionPenalty(),
                sampling.presencePenalty(),
                sampling.frequencyPenalty(),
                sampling.logitBias());
    }
}
