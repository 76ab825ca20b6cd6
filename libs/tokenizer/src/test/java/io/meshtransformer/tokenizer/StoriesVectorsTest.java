package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The demo model's tokenizer, as it is and with other options, gives the ids of Hugging Face's tokenizers. */
class StoriesVectorsTest {
    @Test
    void oddStringsHaveTheIdsOfHuggingFace() {
        var stories = Tokenizers.stories();
        var texts = Golden.json("odd_strings.json").get("vectors");
        var ids = Golden.json("stories.json").get("ids");
        assertThat(ids).hasSameSizeAs(texts);
        for (var i = 0; i < texts.size(); i++) {
            var text = texts.get(i).get("text").textValue();
            assertThat(stories.encode(text)).as("ids of '%s'", text).isEqualTo(Golden.ids(ids.get(i)));
            assertThat(stories.decode(Golden.ids(ids.get(i)))).isEqualTo(text);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyOptionGivesTheIdsOfHuggingFace(@TempDir Path directory) {
        var golden = Golden.json("variants.json");
        var texts = golden.get("texts");
        return golden.get("variants").valueStream().map(variant -> {
            var name = variant.get("name").textValue();
            return DynamicTest.dynamicTest(name, () -> {
                var tokenizer = variant(directory.resolve(name), variant.get("changes"));
                for (var i = 0; i < texts.size(); i++) {
                    var text = texts.get(i).textValue();
                    assertThat(tokenizer.withSpecialTokens(tokenizer.encode(text)))
                            .as("ids of '%s'", text)
                            .isEqualTo(Golden.ids(variant.get("ids").get(i)));
                }
            });
        });
    }

    /** Ids may be dealt out in any order: only the places of merges say which goes first. */
    @Test
    void idsInAnotherOrderThanMergesChangeNothingElse(@TempDir Path directory) throws IOException {
        var json =
                (ObjectNode) Golden.parse(Golden.read(Golden.storiesDirectory().resolve("tokenizer.json")));
        var vocabulary = (ObjectNode) json.at("/model/vocab");
        for (var token : vocabulary.properties().stream().toList()) {
            vocabulary.put(token.getKey(), shuffled(token.getValue().intValue()));
        }
        Files.writeString(directory.resolve("tokenizer.json"), json.toString());
        var tokenizer = Tokenizer.load(directory).orElseThrow();
        for (var ids : Golden.json("stories.json").get("ids")) {
            var text = Tokenizers.stories().decode(Golden.ids(ids));
            var expected = Arrays.stream(Golden.ids(ids))
                    .map(StoriesVectorsTest::shuffled)
                    .toArray();
            assertThat(tokenizer.encode(text)).isEqualTo(expected);
            assertThat(tokenizer.decode(expected)).isEqualTo(text);
        }
    }

    /** A permutation of the ids 0 to 4094 that leaves the end-of-text token, 4095, alone. */
    private static int shuffled(int id) {
        return id == 4095 ? id : (int) (id * 1_789L % 4095);
    }

    private static Tokenizer variant(Path directory, JsonNode changes) throws IOException {
        var json =
                (ObjectNode) Golden.parse(Golden.read(Golden.storiesDirectory().resolve("tokenizer.json")));
        json.setAll((ObjectNode) changes);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tokenizer.json"), json.toString());
        return Tokenizer.load(directory).orElseThrow();
    }
}
