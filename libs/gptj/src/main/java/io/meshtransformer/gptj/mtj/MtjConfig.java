package io.meshtransformer.gptj.mtj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration of mesh-transformer-jax, with the keys of its {@code configs/6B_roto_256.json}: model and run in one.
 *
 * @param coresPerReplica shards that the run is made for; a checkpoint may have others
 */
public record MtjConfig(GptjConfig model, int coresPerReplica, ObjectNode json) {
    static final float LAYER_NORM_EPSILON = 1e-5f;

    private static final int END_OF_TEXT = 50256;
    private static final int TPU_BOARD_CORES = 8;
    private static final int MOST_BYTES = 1 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * Reads a configuration. The file does not say which token ends a text: 50256, as in GPT-2's vocabulary, or the last
     * one where there are fewer.
     *
     * @throws ModelFormatException.InvalidConfig if it is missing, no JSON or no GPT-J; names every problem
     */
    public static MtjConfig read(Path file) throws IOException {
        var problems = new ArrayList<String>();
        var json = tree(file);
        must(json, "norm", "layernorm", problems);
        must(json, "pe", "rotary", problems);
        var vocabulary = size(json, "n_vocab", problems);
        var sequence = size(json, "seq", problems);
        var width = size(json, "d_model", problems);
        var layers = size(json, "layers", problems);
        var heads = size(json, "n_heads", problems);
        var rotary = size(json, "pe_rotary_dims", problems);
        var cores = json.has("cores_per_replica") ? size(json, "cores_per_replica", problems) : 1;
        if (problems.isEmpty()) {
            try {
                var end = Math.min(END_OF_TEXT, vocabulary - 1);
                var model = new GptjConfig(
                        vocabulary, sequence, width, layers, heads, rotary, 4 * width, LAYER_NORM_EPSILON, end, end);
                return new MtjConfig(model, cores, json);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        throw new ModelFormatException.InvalidConfig(file, problems, null);
    }

    private static ObjectNode tree(Path file) throws IOException {
        try {
            if (Files.size(file) <= MOST_BYTES
                    && MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new ModelFormatException.InvalidConfig(
                    file, List.of("it must be a JSON object of at most " + MOST_BYTES + " bytes"), null);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException.InvalidConfig(
                    file,
                    List.of(
                            "there is no such file; a mesh-transformer-jax checkpoint does not say its heads, context and"
                                    + " rotary dimensions, the configuration that it was trained with does"),
                    e);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException.InvalidConfig(file, List.of("it is not JSON: " + e.getOriginalMessage()), e);
        }
    }

    private static void must(JsonNode json, String name, String wanted, List<String> problems) {
        var value = json.path(name).asText("missing");
        if (!value.equals(wanted)) {
            problems.add(name + " is " + value + ", a GPT-J's is " + wanted);
        }
    }

    private static int size(JsonNode json, String name, List<String> problems) {
        var value = json.path(name);
        if (!value.isIntegralNumber() || value.longValue() < 1 || value.longValue() > 1 << 22) {
            problems.add(name + " is " + (value.isMissingNode() ? "missing" : value) + ", it must be from 1 to "
                    + (1 << 22));
            return 1;
        }
        return value.intValue();
    }

    /** The same for another number of shards. */
    MtjConfig withCoresPerReplica(int cores) {
        var copy = json.deepCopy();
        copy.put("cores_per_replica", cores);
        // The mesh is tpu_size / cores replicas.
        if (copy.path("tpu_size").asInt(cores) % cores != 0) {
            copy.put("tpu_size", Math.max(TPU_BOARD_CORES, cores));
        }
        return new MtjConfig(model, cores, copy);
    }

    /** A model's configuration, with the run that GPT-J-6B had. */
    static MtjConfig of(GptjConfig model, int cores) {
        var json = MAPPER.createObjectNode();
        json.put("layers", model.layers())
                .put("d_model", model.width())
                .put("n_heads", model.heads())
                .put("n_vocab", model.vocabularySize())
                .put("norm", "layernorm")
                .put("pe", "rotary")
                .put("pe_rotary_dims", model.rotaryDimensions())
                .put("seq", model.contextLength())
                .put("cores_per_replica", cores)
                .put("per_replica_batch", 1)
                .put("gradient_accumulation_steps", 16)
                .put("warmup_steps", 3000)
                .put("anneal_steps", 300000)
                .put("lr", 1.2e-4)
                .put("end_lr", 1.2e-5)
                .put("weight_decay", 0.1)
                .put("total_steps", 350000)
                .put("tpu_size", Math.max(TPU_BOARD_CORES, cores))
                .put("bucket", "")
                .put("model_dir", "")
                .put("train_set", "");
        json.putObject("val_set");
        json.putArray("eval_harness_tasks");
        json.put("val_batches", 100)
                .put("val_every", 500)
                .put("ckpt_every", 500)
                .put("keep_every", 10000)
                .put("name", "")
                .put("comment", "");
        return new MtjConfig(model, cores, json);
    }

    void write(Path file) throws IOException {
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
    }
}
