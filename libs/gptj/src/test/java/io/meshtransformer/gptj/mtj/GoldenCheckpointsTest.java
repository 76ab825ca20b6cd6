package io.meshtransformer.gptj.mtj;

import static io.meshtransformer.gptj.GoldenModels.golden;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.GoldenModels;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.source.CheckpointSource;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.source.ServableView;
import io.meshtransformer.gptj.source.TensorHashes;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against checkpoints that Python wrote as mesh-transformer-jax does. */
class GoldenCheckpointsTest {
    private static final int SHARDS = 8;

    @TempDir
    private Path directory;

    @Test
    void aSlimCheckpointIsTheModelBitForBit() throws IOException {
        try (var imported = open("c-slim-f32");
                var model = CheckpointSource.open(GoldenModels.model("c-v128-d32-l12-h8"))) {
            assertThat(imported.remarks()).isEmpty();
            assertThat(imported.type()).isEqualTo(DataType.F32);
            assertThat(imported.step()).isEqualTo(1);
            var servable = new ServableView(imported);
            assertThat(servable.tensors()).isEqualTo(model.tensors());
            for (var tensor : model.tensors().keySet()) {
                var expected = read(model, tensor);
                if (tensor.name().endsWith(".mlp.fc_out.bias")) {
                    // The model has negative zeros there, which a sum over shards cannot give.
                    for (var i = 0; i < expected.length; i++) {
                        expected[i] += 0f;
                    }
                }
                assertThat(read(servable, tensor)).as(tensor.name()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c-slim-bf16", "c-slim-bf16-stream"})
    void bf16IsReadWhateverHeadersItHas(String name) throws IOException {
        var expected = json(golden("mtj").resolve(name).resolve("golden.json")).get("sha256_of_hf_tensor_f32_le_bytes");
        try (var imported = open(name)) {
            assertThat(imported.type()).isEqualTo(DataType.BF16);
            var hashes = TensorHashes.of(new ServableView(imported), CopyProgress.SILENT);
            assertThat(hashes).hasSize(expected.size());
            hashes.forEach((tensor, hash) -> assertThat(hash)
                    .as(tensor.name())
                    .isEqualTo(expected.get(tensor.name()).asText()));
        }
    }

    @Test
    void leavesStandInTheOrderOfTheSavedTree() throws IOException {
        var order = json(golden("mtj/leaf_order.json")).get("leaf_order");
        var config = MtjConfig.read(golden("mtj/c-full-f32/config.json"));
        assertThat(new MtjLayout(config.model(), SHARDS).leaves(true))
                .extracting(MtjLeaf::path)
                .containsExactlyElementsOf(StreamSupport.stream(order.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    @Test
    void aFullCheckpointHasTheOptimisersState() throws IOException {
        var leaves = leaves(golden("mtj/c-full-f32"));
        try (var full = open("c-full-f32")) {
            assertThat(full.step()).isEqualTo(5);
            assertThat(full.remarks()).isEmpty();
            var weights = GptjTensors.shapes(full.config()).size() + 1;
            assertThat(full.tensors()).hasSize(3 * weights);
            for (var kind : Kind.values()) {
                assertMatrix(full, kind, "transformer.h.10.attn.q_proj.weight", leaves, "layer_10/~/linear/w", true);
                assertMatrix(full, kind, "transformer.h.2.attn.v_proj.weight", leaves, "layer_2/~/linear_1/w", true);
                assertMatrix(full, kind, "transformer.h.11.attn.k_proj.weight", leaves, "layer_11/~/linear_2/w", true);
                assertMatrix(full, kind, "transformer.h.1.attn.out_proj.weight", leaves, "layer_1/~/linear_3/w", false);
                assertMatrix(full, kind, "transformer.h.0.mlp.fc_in.weight", leaves, "layer_0/~/linear_4/w", true);
                assertMatrix(full, kind, "transformer.h.9.mlp.fc_out.weight", leaves, "layer_9/~/linear_5/w", false);
                assertMatrix(full, kind, "lm_head.weight", leaves, "projection_shard/~/linear/w", true);
                // Moments of the copies are equal, and so is their sum over eight.
                var copies = kind == Kind.PARAMETER ? SHARDS : 1;
                assertBias(full, kind, "transformer.h.3.mlp.fc_out.bias", leaves, "layer_3/~/linear_5/b", copies);
                assertBias(full, kind, "transformer.wte.bias", leaves, "embedding_shard/~/linear/b", copies);
                assertBias(
                        full,
                        kind,
                        "transformer.ln_f.weight",
                        leaves,
                        "projection_shard/~/replicated_layer_norm/scale",
                        1);
                assertBias(
                        full, kind, "transformer.h.7.ln_1.bias", leaves, "layer_7/~/replicated_layer_norm/offset", 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c-slim-f32", "c-full-f32", "c-slim-bf16"})
    void whatIsWrittenAgainIsTheSameLeafByLeaf(String name) throws IOException {
        try (var imported = open(name)) {
            MtjWriter.write(imported, directory, SHARDS, imported.type(), CopyProgress.SILENT);
        }
        var original = golden("mtj").resolve(name);
        var step = json(original.resolve("meta.json")).get("step").asInt();
        assertThat(json(directory.resolve("meta.json"))).isEqualTo(json(original.resolve("meta.json")));
        assertThat(json(directory.resolve("config.json"))).isEqualTo(json(original.resolve("config.json")));
        for (var shard = 0; shard < SHARDS; shard++) {
            var path = "step_" + step + "/shard_" + shard;
            var expected = RawLeaves.read(original.resolve(path)).leaves();
            var actual = RawLeaves.read(directory.resolve(path)).leaves();
            assertThat(actual).hasSameSizeAs(expected);
            for (var i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).description())
                        .isEqualTo(expected.get(i).description());
                assertThat(actual.get(i).elements())
                        .as("leaf %d of %s", i, path)
                        .isEqualTo(expected.get(i).elements());
            }
        }
    }

    private static MtjCheckpoint open(String name) throws IOException {
        return MtjCheckpoint.open(golden("mtj").resolve(name), Optional.empty());
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(file.toFile());
    }

    /** Values of each path in the saved tree, one array a shard. */
    private static Map<String, float[][]> leaves(Path checkpoint) throws IOException {
        var order = json(golden("mtj/leaf_order.json")).get("leaf_order");
        var leaves = new LinkedHashMap<String, float[][]>();
        for (var shard = 0; shard < SHARDS; shard++) {
            var raw =
                    RawLeaves.read(checkpoint.resolve("step_5/shard_" + shard)).leaves();
            assertThat(raw).hasSize(order.size());
            for (var i = 0; i < raw.size(); i++) {
                leaves.computeIfAbsent(order.get(i).asText(), _ -> new float[SHARDS][])[shard] =
                        raw.get(i).values();
            }
        }
        return leaves;
    }

    private static String path(Kind kind, String path) {
        return List.of("params/", "opt_state/2/mu/", "opt_state/2/nu/").get(kind.ordinal())
                + "causal_transformer_shard/~/" + path;
    }

    private static void assertMatrix(
            ModelSource source, Kind kind, String name, Map<String, float[][]> leaves, String path, boolean cutsOutputs)
            throws IOException {
        var tensor = new StateTensor(kind, name);
        var shape = source.tensors().get(tensor);
        var out = (int) ModelSource.rows(shape);
        var in = (int) ModelSource.columns(shape);
        var shards = leaves.get(path(kind, path));
        var expected = new float[out * in];
        for (var o = 0; o < out; o++) {
            for (var i = 0; i < in; i++) {
                expected[o * in + i] = cutsOutputs
                        ? shards[o / (out / SHARDS)][i * (out / SHARDS) + o % (out / SHARDS)]
                        : shards[i / (in / SHARDS)][i % (in / SHARDS) * out + o];
            }
        }
        assertThat(read(source, tensor)).as(tensor.toString()).isEqualTo(expected);
    }

    private static void assertBias(
            ModelSource source, Kind kind, String name, Map<String, float[][]> leaves, String path, int copies)
            throws IOException {
        var tensor = new StateTensor(kind, name);
        var shards = leaves.get(path(kind, path));
        var expected = new float[shards[0].length];
        for (var i = 0; i < expected.length; i++) {
            expected[i] = shards[0][i] * copies;
        }
        assertThat(read(source, tensor)).as(tensor.toString()).isEqualTo(expected);
    }

    private static float[] read(ModelSource source, StateTensor tensor) throws IOException {
        var values = new float[(int) source.tensors().get(tensor).elements()];
        source.read(tensor, 0, values, 0, values.length);
        return values;
    }
}
