package io.meshtransformer.gptj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code config.json} as a tree and gathers every problem before it reports. */
final class ConfigReader {
    /** The largest seen is 3 KB; nobody gains from reading a weights file as configuration. */
    private static final long MOST_BYTES = 1 << 20;

    /** Default of transformers' GPTJConfig for both the first and the last token. */
    private static final int END_OF_TEXT = 50256;

    private static final double LAYER_NORM_EPSILON = 1e-5;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode json;
    private final List<String> problems = new ArrayList<>();

    private ConfigReader(JsonNode json) {
        this.json = json;
    }

    static GptjConfig read(Path file) throws IOException {
        var reader = new ConfigReader(parse(file));
        var config = reader.config();
        if (config == null) {
            throw new ModelFormatException.InvalidConfig(file, reader.problems, null);
        }
        return config;
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid(
                        file, "the file has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read", null);
            }
            var json = MAPPER.readTree(Files.readAllBytes(file));
            if (!json.isObject()) {
                throw invalid(file, "it must be a JSON object", null);
            }
            return json;
        } catch (NoSuchFileException e) {
            throw invalid(file, "there is no such file; a model directory has a config.json", e);
        } catch (JsonProcessingException e) {
            throw invalid(file, "it is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static ModelFormatException invalid(Path file, String problem, Throwable cause) {
        return new ModelFormatException.InvalidConfig(file, List.of(problem), cause);
    }

    /** Null where there are problems. */
    private GptjConfig config() {
        must("model_type", json.get("model_type"), "\"gptj\"");
        must("activation_function", json.get("activation_function"), "\"gelu_new\"", "null");
        must("tie_word_embeddings", json.get("tie_word_embeddings"), "false", "null");
        must("scale_attn_weights", json.get("scale_attn_weights"), "true", "null");
        // Written by older converters; without rotation the model has no positions at all.
        must("rotary", json.get("rotary"), "true", "null");
        if (json.hasNonNull("quantization_config")) {
            problems.add("quantization_config is set, weights must be F32, F16 or BF16");
        }

        var width = size("n_embd");
        var vocabularySize = size("vocab_size");
        var contextLength = size("n_positions");
        var layers = size("n_layer");
        var heads = size("n_head");
        var rotaryDimensions = size("rotary_dim");
        var feedForwardWidth = json.hasNonNull("n_inner") ? size("n_inner") : fourTimes(width);
        var layerNormEpsilon = number("layer_norm_epsilon", LAYER_NORM_EPSILON);
        var bosTokenId = token("bos_token_id");
        var eosTokenId = token("eos_token_id");
        problems.addAll(ConfigRules.broken(
                vocabularySize,
                contextLength,
                width,
                layers,
                heads,
                rotaryDimensions,
                feedForwardWidth,
                layerNormEpsilon,
                bosTokenId,
                eosTokenId));
        return problems.isEmpty()
                ? new GptjConfig(
                        vocabularySize,
                        contextLength,
                        width,
                        layers,
                        heads,
                        rotaryDimensions,
                        feedForwardWidth,
                        layerNormEpsilon.floatValue(),
                        bosTokenId,
                        eosTokenId)
                : null;
    }

    private void must(String name, JsonNode value, String wanted, String... alternatives) {
        var shown = value == null ? "null" : value.toString();
        if (!shown.equals(wanted) && !List.of(alternatives).contains(shown)) {
            problems.add(name + (value == null ? " is missing" : " is " + shown) + ", it must be " + wanted);
        }
    }

    private Integer size(String name) {
        if (!json.has(name)) {
            problems.add(name + " is missing");
            return null;
        }
        return whole(name);
    }

    private Integer token(String name) {
        return json.hasNonNull(name) ? whole(name) : Integer.valueOf(END_OF_TEXT);
    }

    private Integer whole(String name) {
        var value = json.get(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            problems.add(name + " is " + value + ", it must be a whole number");
            return null;
        }
        return value.intValue();
    }

    private Double number(String name, double otherwise) {
        if (!json.hasNonNull(name)) {
            return otherwise;
        }
        var value = json.get(name);
        if (!value.isNumber()) {
            problems.add(name + " is " + value + ", it must be a number");
            return null;
        }
        return value.doubleValue();
    }

    /** Null where 4 x width has no meaning; the rules say so about the width. */
    private static Integer fourTimes(Integer width) {
        return width == null || width < 1 || width > Integer.MAX_VALUE / 4 ? null : Integer.valueOf(4 * width);
    }
}
