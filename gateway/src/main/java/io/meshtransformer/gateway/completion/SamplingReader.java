package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The fields of a request that say how a token is chosen, with OpenAI's ranges and defaults. */
final class SamplingReader {
    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;
    private static final double MAX_BIAS = 100;
    private static final double MAX_REPETITION_PENALTY = 100;

    private final int maxBiases;

    private double temperature = 1;
    private int topK;
    private double topP = 1;
    private double minP;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Double> logitBias = Map.of();
    private OptionalLong seed = OptionalLong.empty();

    SamplingReader(int maxBiases) {
        this.maxBiases = maxBiases;
    }

    /** Whether the field was one of these. */
    boolean field(String name, JsonField value) throws IOException {
        switch (name) {
            case "temperature" -> temperature = value.number(0, MAX_TEMPERATURE);
            // -1 is vLLM's word for off.
            case "top_k" -> topK = Math.max(0, value.integer(-1, Integer.MAX_VALUE));
            case "top_p" -> topP = value.positive(1);
            case "min_p" -> minP = value.number(0, 1);
            case "repetition_penalty" -> repetitionPenalty = value.positive(MAX_REPETITION_PENALTY);
            case "presence_penalty" -> presencePenalty = value.number(-MAX_PENALTY, MAX_PENALTY);
            case "frequency_penalty" -> frequencyPenalty = value.number(-MAX_PENALTY, MAX_PENALTY);
            case "logit_bias" -> logitBias = biases(value);
            case "seed" -> seed = OptionalLong.of(value.integer(Long.MIN_VALUE, Long.MAX_VALUE));
            default -> {
                return false;
            }
        }
        return true;
    }

    Sampling sampling() {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                seed.orElse(0));
    }

    OptionalLong seed() {
        return seed;
    }

    private Map<Integer, Double> biases(JsonField value) throws IOException {
        var biases = new HashMap<Integer, Double>();
        value.object((key, bias) -> biases.put(tokenId(value, key), bias.number(-MAX_BIAS, MAX_BIAS)));
        if (biases.size() > maxBiases) {
            throw value.invalid(
                    "'logit_bias' has %d entries, at most %d are allowed".formatted(biases.size(), maxBiases));
        }
        return biases;
    }

    private static int tokenId(JsonField value, String key) {
        try {
            var id = Integer.parseInt(key);
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException _) {
            // Refused below, with the same sentence as a negative one.
        }
        throw value.invalid(
                "'logit_bias' has the key '%s', its keys must be token ids".formatted(JsonField.shown(key)));
    }
}
