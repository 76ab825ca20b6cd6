package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * How the next token is chosen from the logits.
 *
 * @param temperature 0 for greedy, otherwise the divisor of the logits; finite, not negative
 * @param topK keep the k largest logits; 0 keeps all
 * @param topP keep the smallest set whose probability reaches p, in (0, 1]
 * @param minP keep tokens at least this fraction as likely as the likeliest, in [0, 1]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen, 1 for none
 * @param presencePenalty subtracted once from tokens generated before
 * @param frequencyPenalty subtracted once per earlier occurrence in the generated text
 * @param logitBias added to the logits of these token ids
 * @param seed of the counter-based generator; the same seed gives the same tokens
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Double> logitBias,
        long seed) {
    public Sampling {
        Required.that(
                Double.isFinite(temperature) && temperature >= 0,
                "'temperature' is " + temperature + ", it must be a finite number of at least 0");
        Required.that(topK >= 0, "'topK' is " + topK + ", it must be at least 0");
        Required.that(topP > 0 && topP <= 1, "'topP' is " + topP + ", it must be above 0 and at most 1");
        Required.that(minP >= 0 && minP <= 1, "'minP' is " + minP + ", it must be from 0 to 1");
        Required.that(
                Double.isFinite(repetitionPenalty) && repetitionPenalty > 0,
                "'repetitionPenalty' is " + repetitionPenalty + ", it must be a finite number above 0");
        Required.that(Double.isFinite(presencePenalty), "'presencePenalty' is not finite");
        Required.that(Double.isFinite(frequencyPenalty), "'frequencyPenalty' is not finite");
        if (logitBias != null) {
            logitBias.forEach((id, bias) -> Required.that(
                    id != null && bias != null && Double.isFinite(bias),
                    "'logitBias' of token " + id + " is not finite"));
        }
        logitBias = logitBias == null ? Map.of() : Map.copyOf(logitBias);
    }

    public static Sampling greedy() {
        return new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(), 0);
    }

    public static Sampling seeded(double temperature, long seed) {
        return new Sampling(temperature, 0, 1, 0, 1, 0, 0, Map.of(), seed);
    }
}
