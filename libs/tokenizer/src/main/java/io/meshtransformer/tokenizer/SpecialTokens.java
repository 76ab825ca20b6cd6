package io.meshtransformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which tokens begin and end a text: what {@code tokenizer_config.json} says, else {@code special_tokens_map.json}, else
 * the ids of the model's {@code config.json}.
 */
record SpecialTokens(Optional<Integer> bos, Optional<Integer> eos) {

    static SpecialTokens read(Path directory, TokenizerDefinition definition) {
        var idOfToken = new HashMap<>(definition.vocabulary());
        definition.addedTokens().forEach(token -> idOfToken.put(token.content(), token.id()));
        var named = Stream.of("tokenizer_config.json", "special_tokens_map.json")
                .flatMap(file -> JsonFile.readIfPresent(directory.resolve(file)).stream())
                .toList();
        var model = JsonFile.readIfPresent(directory.resolve("config.json"));
        return new SpecialTokens(
                find("bos_token", named, model, idOfToken), find("eos_token", named, model, idOfToken));
    }

    private static Optional<Integer> find(
            String role, Iterable<JsonFile> named, Optional<JsonFile> model, Map<String, Integer> idOfToken) {
        for (var file : named) {
            var text = file.at("/" + role).map(node -> content(file, role, node));
            if (text.isPresent()) {
                var id = idOfToken.get(text.get());
                if (id == null) {
                    throw file.malformed("/" + role, "is '%s', which is no token".formatted(text.get()));
                }
                return Optional.of(id);
            }
        }
        return model.flatMap(file -> file.at("/" + role + "_id").map(node -> file.id("/" + role + "_id", node)))
                .filter(idOfToken::containsValue);
    }

    /** A token is written as its text or as an object with its text in {@code content}. */
    private static String content(JsonFile file, String role, JsonNode node) {
        return node.isTextual() ? node.textValue() : file.text("/" + role + "/content");
    }
}
