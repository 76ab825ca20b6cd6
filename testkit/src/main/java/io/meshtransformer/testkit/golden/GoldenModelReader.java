package io.meshtransformer.testkit.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads {@code golden.json} and {@code golden.safetensors}; a field that is missing or of another type is an error. */
final class GoldenModelReader {
    /** The sharded copy of a model says that the whole one's numbers apply. */
    private static final String SHARDED = "-sharded2";

    private static final String ACTIVATION = "act.";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final String name;
    private final Path directory;
    private final Path numbers;

    GoldenModelReader(String name, Path directory) {
        this.name = name;
        this.directory = directory;
        this.numbers = name.endsWith(SHARDED)
                ? directory.resolveSibling(name.substring(0, name.length() - SHARDED.length()))
                : directory;
    }

    GoldenModel read() throws IOException {
        var json = MAPPER.readTree(numbers.resolve("golden.json").toFile());
        try (var tensors = SafetensorsFile.open(numbers.resolve("golden.safetensors"))) {
            return new GoldenModel(
                    name,
                    directory,
                    GptjConfig.read(directory.resolve("config.json")),
                    prompts(json.required("prompts"), tensors),
                    stream(json.required("greedy"))
                            .map(GoldenModelReader::greedy)
                            .toList(),
                    stream(json.path("scores")).map(GoldenModelReader::score).toList(),
                    activations(json, tensors));
        }
    }

    private static List<GoldenPrompt> prompts(JsonNode json, SafetensorsFile tensors) throws IOException {
        var prompts = new ArrayList<GoldenPrompt>();
        for (var prompt : json) {
            var ids = integers(prompt.required("ids"));
            prompts.add(new GoldenPrompt(
                    ids,
                    prompt.has("stored_rows")
                            ? integers(prompt.get("stored_rows"))
                            : IntStream.range(
                                            prompt.required("logits_first_row").intValue(), ids.length)
                                    .toArray(),
                    tensors.read("prompt_" + prompts.size() + ".logits"),
                    integers(prompt.required("argmax")),
                    doubles(prompt.path("logsumexp")),
                    doubles(prompt.path("next_token_logprobs"))));
        }
        return prompts;
    }

    private static GoldenGreedy greedy(JsonNode json) {
        return new GoldenGreedy(
                integers(json.required("prompt_ids")),
                integers(json.required("continuation_ids")),
                json.required("smallest_top1_top2_margin").doubleValue());
    }

    private static GoldenScore score(JsonNode json) {
        return new GoldenScore(
                integers(json.required("context_ids")),
                integers(json.required("continuation_ids")),
                doubles(json.required("token_logprobs_float64")),
                json.required("sum_logprob_float64").doubleValue(),
                json.required("is_greedy").booleanValue(),
                integers(json.required("token_ranks")));
    }

    private static Optional<GoldenActivations> activations(JsonNode json, SafetensorsFile tensors) throws IOException {
        if (!json.has("activations")) {
            return Optional.empty();
        }
        var values = new HashMap<String, float[]>();
        for (var tensor : json.get("activations").required("tensors")) {
            var full = tensor.textValue();
            values.put(full.substring(ACTIVATION.length()), tensors.read(full));
        }
        return Optional.of(
                new GoldenActivations(integers(json.get("activations").required("prompt_ids")), values));
    }

    private static int[] integers(JsonNode list) {
        return stream(list).mapToInt(JsonNode::intValue).toArray();
    }

    private static double[] doubles(JsonNode list) {
        return stream(list).mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
