package io.meshtransformer.evaluation.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A task's YAML as a tree. */
final class DefinitionFile {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build());
    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private DefinitionFile() {}

    /**
     * @param origin file, for people
     * @param folder of the file; empty for a task that ships
     * @throws TaskException.MalformedDefinition naming the file, the key or line, and what may stand there
     */
    static TaskDefinition read(String yaml, String origin, Optional<Path> folder) {
        try {
            refuseTags(yaml, origin);
            var tree = YAML.readTree(yaml);
            if (tree == null || !tree.isObject()) {
                throw malformed(origin + " is no mapping of keys such as 'task' and 'doc_to_text'", null);
            }
            return new DefinitionReader(tree, origin).read(hash(tree), folder);
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw malformed(
                    "%s is not YAML%s: %s"
                            .formatted(
                                    origin,
                                    place == null ? "" : " (line " + place.getLineNr() + ")",
                                    e.getOriginalMessage().lines().findFirst().orElse("")),
                    e);
        } catch (IOException e) {
            throw malformed(origin + " can't be read: " + e, e);
        }
    }

    /** A tag, such as {@code !function utils.process_docs}, would be lost in the tree and its value taken for a text. */
    private static void refuseTags(String yaml, String origin) throws IOException {
        try (var parser = YAML.getFactory().createParser(yaml)) {
            while (parser.nextToken() != null) {
                var tag = parser.getTypeId();
                if (tag != null && !tag.toString().startsWith("tag:yaml.org,2002:")) {
                    throw malformed(
                            "%s (line %d): the value of '%s' is tagged '%s'; there are no Python functions here. Write a"
                                            .formatted(
                                                    origin,
                                                    parser.currentTokenLocation()
                                                            .getLineNr(),
                                                    parser.currentName(),
                                                    tag)
                                    + " template, or choose a 'preparation' of " + Preparation.labels(),
                            null);
                }
            }
        }
    }

    private static String hash(JsonNode tree) throws JsonProcessingException {
        var plain = CANONICAL.treeToValue(tree, Object.class);
        return Sha256.of(CANONICAL.writeValueAsString(plain).getBytes(StandardCharsets.UTF_8));
    }

    private static TaskException.MalformedDefinition malformed(String message, Exception cause) {
        return new TaskException.MalformedDefinition(message, cause);
    }
}
