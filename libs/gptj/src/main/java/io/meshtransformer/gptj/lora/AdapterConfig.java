package io.meshtransformer.gptj.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code adapter_config.json} of a LoRA adapter, as PEFT writes it.
 *
 * @param rank of each product
 * @param scale times each product: alpha / rank, or alpha over its root with {@code use_rslora}
 * @param base name or directory of the model that it belongs to; empty where it names none
 */
public record AdapterConfig(int rank, float scale, String base) {
    public static final String FILE = "adapter_config.json";

    /** What gives a weight another value than W + scale · B A, or changes other weights, where it is set. */
    private static final List<String> ABSENT = List.of(
            "fan_in_fan_out",
            "use_dora",
            "use_qalora",
            "use_bdlora",
            "lora_bias",
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern",
            "layer_replication",
            "target_parameters",
            "trainable_token_indices",
            "alora_invocation_tokens");

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_RANK = 1 << 16;
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * Reads a configuration, and refuses what changes a merged weight in ways that are not known here.
     *
     * @throws ModelFormatException.InvalidConfig naming every problem
     */
    static AdapterConfig read(Path file) throws IOException {
        var json = tree(file);
        var problems = new ArrayList<String>();
        must(json, "peft_type", List.of("\"LORA\""), problems);
        must(json, "bias", List.of("\"none\"", ""), problems);
        for (var absent : ABSENT) {
            must(json, absent, List.of("null", "false", "[]", "{}", ""), problems);
        }
        var rank = json.path("r");
        if (!rank.isIntegralNumber() || rank.longValue() < 1 || rank.longValue() > MOST_RANK) {
            problems.add("r is " + rank + ", it must be from 1 to " + MOST_RANK);
        }
        var alpha = json.path("lora_alpha");
        if (!alpha.isNumber()) {
            problems.add("lora_alpha is " + alpha + ", it must be a number");
        }
        if (!problems.isEmpty()) {
            throw new ModelFormatException.InvalidConfig(file, problems, null);
        }
        var divisor = json.path("use_rslora").asBoolean() ? Math.sqrt(rank.intValue()) : rank.intValue();
        return new AdapterConfig(
                rank.intValue(),
                (float) (alpha.doubleValue() / divisor),
                json.path("base_model_name_or_path").asText(""));
    }

    /**
     * Writes the configuration of an adapter in a directory.
     *
     * @param base name or directory of the model that it belongs to; empty where it has none
     */
    public static void write(Path directory, LoraOptions options, String base) throws IOException {
        var json = MAPPER.createObjectNode();
        json.put("base_model_name_or_path", base.isEmpty() ? null : base);
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("inference_mode", true);
        json.put("init_lora_weights", true);
        // Whole numbers are written as such: readers exist that take no others.
        if (options.alpha() == (int) options.alpha()) {
            json.put("lora_alpha", (int) options.alpha());
        } else {
            json.put("lora_alpha", options.alpha());
        }
        json.put("lora_dropout", 0.0);
        json.putNull("modules_to_save");
        json.put("peft_type", "LORA");
        json.put("r", options.rank());
        options.modules().forEach(json.putArray("target_modules")::add);
        json.put("task_type", "CAUSAL_LM");
        json.put("use_dora", false);
        json.put("use_rslora", false);
        DurableFiles.write(directory.resolve(FILE), (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void must(JsonNode json, String name, List<String> known, List<String> problems) {
        var value = json.path(name).toString();
        if (!known.contains(value)) {
            problems.add(name + " is " + (value.isEmpty() ? "missing" : value) + ", merged are adapters with "
                    + known.getFirst());
        }
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid(file, "it has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read", null);
            }
            return MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw invalid(file, "there is no such file; an adapter's directory has one", e);
        } catch (JsonProcessingException e) {
            throw invalid(file, "it is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static ModelFormatException invalid(Path file, String problem, Throwable cause) {
        return new ModelFormatException.InvalidConfig(file, List.of(problem), cause);
    }
}
