package io.meshtransformer.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** Reference data of these tests: what lies beside them, and what lies beside the repository. */
final class Golden {
    static final JsonMapper MAPPER = new JsonMapper();

    private static final Path ROOT = Path.of(System.getProperty("mtj.root", "../.."));

    private Golden() {}

    static String text(String resource) {
        try (var in = Golden.class.getResourceAsStream("/golden/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String resource) {
        return parse(text(resource));
    }

    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** The demo model's directory in this repository. */
    static Path storiesDirectory() {
        return ROOT.resolve("models/stories");
    }

    /** A file of the material that is kept beside the repository; without it the test is skipped, with a sentence. */
    static Path shared(String path) {
        var file = ROOT.resolve("../shared").resolve(path);
        assumeTrue(
                Files.exists(file),
                "SKIPPED: this check needs " + path + " in the folder shared beside the repository");
        return file;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
