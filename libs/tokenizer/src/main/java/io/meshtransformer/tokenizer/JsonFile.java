package io.meshtransformer.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/** A JSON file of a model directory, read with errors that name the file and the place in it. */
record JsonFile(String name, JsonNode root) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static JsonFile read(Path file) {
        var name = file.getFileName().toString();
        try {
            var root = MAPPER.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new MalformedTokenizerException(name + " is not a JSON object");
            }
            return new JsonFile(name, root);
        } catch (JsonProcessingException e) {
            throw new MalformedTokenizerException(name + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new MalformedTokenizerException(name + " cannot be read: " + e, e);
        }
    }

    static Optional<JsonFile> readIfPresent(Path file) {
        return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** The value at a JSON pointer; empty where it is missing or null. */
    Optional<JsonNode> at(String pointer) {
        var node = root.at(pointer);
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    JsonNode object(String pointer) {
        return at(pointer).filter(JsonNode::isObject).orElseThrow(() -> malformed(pointer, "is not an object"));
    }

    JsonNode array(String pointer) {
        return at(pointer).filter(JsonNode::isArray).orElseThrow(() -> malformed(pointer, "is not a list"));
    }

    String text(String pointer) {
        return at(pointer)
                .filter(JsonNode::isTextual)
                .orElseThrow(() -> malformed(pointer, "is not a text"))
                .textValue();
    }

    /** The id at a pointer, at least 0. */
    int id(String pointer) {
        return id(pointer, root.at(pointer));
    }

    int id(String pointer, JsonNode node) {
        if (!node.isInt() || node.intValue() < 0) {
            throw malformed(pointer, "is not a token id");
        }
        return node.intValue();
    }

    /** The vocabulary at a pointer; no two tokens have the same id. */
    Map<String, Integer> idsByToken(String pointer) {
        var vocabulary = new HashMap<String, Integer>();
        var ids = new HashSet<Integer>();
        for (var entry : object(pointer).properties()) {
            var at = pointer + "/" + entry.getKey();
            var id = id(at, entry.getValue());
            vocabulary.put(entry.getKey(), id);
            if (!ids.add(id)) {
                throw malformed(at, "has the id %d of another token".formatted(id));
            }
        }
        return vocabulary;
    }

    boolean flag(String pointer, boolean absent) {
        return at(pointer)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw malformed(pointer, "is neither true nor false");
                    }
                    return node.booleanValue();
                })
                .orElse(absent);
    }

    MalformedTokenizerException malformed(String pointer, String what) {
        return new MalformedTokenizerException("%s: %s %s".formatted(name, pointer, what));
    }
}
