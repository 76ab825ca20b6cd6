package io.meshtransformer.evaluation.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The vectors are ftfy's, see {@code src/test/golden/make_text_repairs.py}. */
class TextRepairTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void repairsAsFtfyDoes() throws IOException {
        assertThat(golden().get("texts")).hasSizeGreaterThan(25).allSatisfy(each -> assertThat(
                        TextRepair.repair(each.get("text").textValue()))
                .isEqualTo(each.get("repaired").textValue()));
    }

    @Test
    void replacesHalfOfACharacter() {
        assertThat(TextRepair.repair("a\ud83d b\udca9 \ud83d\udca9")).isEqualTo("a\ufffd b\ufffd \ud83d\udca9");
    }

    @Test
    void repairsEveryTextOfTheTasksAsFtfyDoes() throws IOException {
        var files = golden().get("files");
        assertThat(files.size()).isEqualTo(7);
        for (var file : files.properties()) {
            var hash = new Sha256();
            try (var lines = Files.lines(SharedMaterial.require("data/" + file.getKey()))) {
                for (var line : (Iterable<String>) lines::iterator) {
                    addRepaired(JSON.readTree(line), hash);
                }
            }
            assertThat(hash.hex()).as(file.getKey()).isEqualTo(file.getValue().textValue());
        }
    }

    private static void addRepaired(JsonNode value, Sha256 hash) {
        if (value.isTextual()) {
            var repaired = TextRepair.repair(value.textValue()) + "\n";
            hash.add(ByteBuffer.wrap(repaired.getBytes(StandardCharsets.UTF_8)));
        } else {
            value.forEach(each -> addRepaired(each, hash));
        }
    }

    private static JsonNode golden() throws IOException {
        try (var in = TextRepairTest.class.getResourceAsStream("/text/ftfy-6.3.1.json")) {
            return JSON.readTree(in);
        }
    }
}
