package io.meshtransformer.gptj.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 for the likeliest token, otherwise the divisor of the logits
 * @param topK keep the largest logits; 0 keeps all
 * @param topP keep the smallest set whose probability reaches p, from 0 to 1; 1 keeps all
 * @param minP keep tokens at least this fraction as likely as the likeliest, from 0 to 1; 0 keeps all
 * @param repetitionPenalty for tokens of prompt and generated text; 1 for none
 * @param presencePenalty subtracted once from tokens generated before
 * @param frequencyPenalty subtracted once per earlier occurrence in the generated text
 * @param logitBias added to the logits of these token ids
 */
public record SamplingParameters(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Double> logitBias) {
    /** @throws IllegalArgumentException if a value is outside its range; names the value and the limit */
    public SamplingParameters {
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "the temperature is " + temperature + ", it must be a finite number of at least 0");
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top-k is " + topK + ", it must be at least 0");
        }
        logitBias = Map.copyOf(logitBias);
        // Each processor checks its own values, used or not.
        new LogitBias(logitBias);
        new RepetitionPenalty(repetitionPenalty);
        new OccurrencePenalties(presencePenalty, frequencyPenalty);
        new TopP(topP);
        new MinP(minP);
    }

    public static SamplingParameters greedy() {
        return ofTemperature(0);
    }

    public static SamplingParameters ofTemperature(double temperature) {
        return new SamplingParameters(temperature, 0, 1, 0, 1, 0, 0, Map.of());
    }

    /**
     * In the order of transformers' {@code generate}: what changes single tokens (bias, repetition), then the whole
     * distribution (temperature), then what cuts it (top-k, top-p, min-p). The OpenAI API's presence and frequency
     * penalties, which transformers lacks, follow the repetition penalty as in vLLM.
     */
    public List<LogitProcessor> processors() {
        var processors = new ArrayList<LogitProcessor>();
        if (!logitBias.isEmpty()) {
            processors.add(new LogitBias(logitBias));
        }
        if (repetitionPenalty != 1) {
            processors.add(new RepetitionPenalty(repetitionPenalty));
        }
        if (presencePenalty != 0 || frequencyPenalty != 0) {
            processors.add(new OccurrencePenalties(presencePenalty, frequencyPenalty));
        }
        if (temperature == 0) {
            processors.add(new Greedy());
            return processors;
        }
        if (temperature != 1) {
            processors.add(new Temperature(temperature));
        }
        if (topK > 0) {
            processors.add(new TopK(topK));
        }
        if (topP < 1) {
            processors.add(new TopP(topP));
        }
        if (minP > 0) {
            processors.add(new MinP(minP));
        }
        return processors;
    }
}
