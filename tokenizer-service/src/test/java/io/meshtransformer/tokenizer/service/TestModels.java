package io.meshtransformer.tokenizer.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.serving.OfferedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Models to prepare prompts for, and the reference data beside these tests. */
public final class TestModels {
    private TestModels() {}

    /** The demo model: a context of 256 tokens, 4096 ids, with a tokenizer; {@code <|endoftext|>} is 4095. */
    public static OfferedModel stories() {
        return Stories.MODEL;
    }

    /** A model that takes ids only: a context of 32 tokens, 96 ids, the first and last of a text is 95. */
    public static OfferedModel idsOnly() {
        var config = new GptjConfig(96, 32, 40, 2, 5, 6, 72, 1e-5f, 95, 95);
        return new OfferedModel("ids", Instant.EPOCH, config, Optional.empty(), Optional.empty());
    }

    public static Path storiesDirectory() {
        return Path.of(System.getProperty("mtj.root"), "models", "stories");
    }

    public static JsonNode golden(String file) {
        try (var in = TestModels.class.getResourceAsStream("/golden/" + file)) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int[] ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    private static final class Stories {
        static final OfferedModel MODEL = load();

        private static OfferedModel load() {
            try {
                return OfferedModel.load(storiesDirectory(), "stories");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
