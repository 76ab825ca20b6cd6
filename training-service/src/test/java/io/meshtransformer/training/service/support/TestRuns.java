package io.meshtransformer.training.service.support;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.training.data.TokenizerHash;
import io.meshtransformer.training.data.WindowSetWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** All that a run needs, small: a model of a few weights, and windows of random ids. */
public final class TestRuns {
    private static final int VOCABULARY = 64;
    private static final int SEQUENCE = 8;
    private static final int WINDOWS = 40;

    private final Path folder;

    private TestRuns(Path folder) {
        this.folder = folder;
    }

    /** @param folder that is empty */
    public static TestRuns in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "gptj", "n_embd": 8, "n_layer": 1, "n_head": 2, "rotary_dim": 4, "n_positions": 16,
                 "vocab_size": 64, "layer_norm_epsilon": 1e-05, "activation_function": "gelu_new",
                 "bos_token_id": 63, "eos_token_id": 63, "tie_word_embeddings": false}
                """);
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        write(Files.createDirectories(folder.resolve("train")), TokenizerHash.of(folder), 1);
        write(Files.createDirectories(folder.resolve("validation")), TokenizerHash.of(folder), 2);
        return new TestRuns(folder);
    }

    private static void write(Path directory, String tokenizer, long seed) throws IOException {
        try (var writer =
                new WindowSetWriter(directory, SEQUENCE + 1, VOCABULARY, tokenizer, WindowSetWriter.FILE_BYTES)) {
            var random = new Random(seed);
            var ids = ByteBuffer.allocate(WINDOWS * (SEQUENCE + 1) * writer.idBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (ids.hasRemaining()) {
                ids.putShort((short) random.nextInt(VOCABULARY));
            }
            writer.append(ids.flip());
            writer.complete(1, OptionalLong.empty(), List.of("random"));
        }
    }

    /** A run of so many steps that validates and commits every ten. */
    public ObjectNode configuration(String name, long steps) {
        var json = JsonNodeFactory.instance.objectNode().put("name", name);
        json.putObject("model").put("config", folder.resolve("config.json").toString());
        json.put("tokenizer", folder.toString());
        var data = json.putObject("data").put("train", folder.resolve("train").toString());
        data.putObject("validation")
                .put("held-out", folder.resolve("validation").toString());
        json.put("batch", 2).put("sequence", SEQUENCE).put("steps", steps);
        json.putObject("learning_rate").put("peak", 0.001);
        json.putObject("validate").put("every", 10);
        json.putObject("checkpoints").put("every", 10).put("keep_last", 2);
        return json;
    }

    public JsonObject run(String name, long steps) {
        return JsonObject.of(configuration(name, steps));
    }
}
