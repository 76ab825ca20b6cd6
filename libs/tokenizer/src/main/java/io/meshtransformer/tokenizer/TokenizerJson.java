package io.meshtransformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Reads Hugging Face's {@code tokenizer.json}. What changes ids and is not supported is refused by name; truncation and
 * padding are left aside, as callers there set them per call.
 */
final class TokenizerJson {
    private final JsonFile file;

    private TokenizerJson(JsonFile file) {
        this.file = file;
    }

    static TokenizerDefinition read(JsonFile file) {
        var json = new TokenizerJson(file);
        json.refuseOtherKinds();
        var vocabulary = file.idsByToken("/model/vocab");
        var merges = json.merges();
        var addedTokens = json.addedTokens(vocabulary);
        json.refuseWholePieces(vocabulary, merges, addedTokens);
        return new TokenizerDefinition(
                vocabulary, merges, SplittingJson.read(file), addedTokens, TemplateJson.read(file));
    }

    private void refuseOtherKinds() {
        var model = file.object("/model");
        // Old files have no type: BPE is the one with merges.
        var type = file.at("/model/type").map(JsonNode::asText).orElse(model.has("merges") ? "BPE" : "without a type");
        if (!type.equals("BPE")) {
            throw unsupported("its model is " + type);
        }
        for (var field : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            file.at("/model/" + field)
                    .filter(value -> !value.asText().isEmpty())
                    .ifPresent(value -> {
                        throw unsupported("its model has the %s '%s'".formatted(field, value.asText()));
                    });
        }
        file.at("/model/dropout").filter(value -> value.asDouble() != 0).ifPresent(value -> {
            throw unsupported("its model has a dropout of " + value);
        });
        file.at("/normalizer").ifPresent(normalizer -> {
            throw unsupported("it has a normalizer, " + normalizer.path("type").asText());
        });
        file.at("/decoder")
                .map(decoder -> decoder.path("type").asText())
                .filter(kind -> !kind.equals("ByteLevel"))
                .ifPresent(kind -> {
                    throw unsupported("its decoder is " + kind);
                });
    }

    /** Merges are written as {@code "a b"} or, since 2024, as {@code ["a", "b"]}. */
    private List<Merge> merges() {
        var merges = new ArrayList<Merge>();
        for (var node : file.array("/model/merges")) {
            var parts = node.isTextual() ? node.textValue().split(" ", -1) : texts(node);
            merges.add(
                    Merge.of(parts, () -> file.malformed("/model/merges/" + merges.size(), "is not a pair of tokens")));
        }
        return merges;
    }

    private static String[] texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(node -> texts.add(node.asText()));
        return texts.toArray(String[]::new);
    }

    private List<AddedToken> addedTokens(Map<String, Integer> vocabulary) {
        var tokens = new AddedTokens(vocabulary);
        if (file.at("/added_tokens").isEmpty()) {
            return List.of();
        }
        for (var i = 0; i < file.array("/added_tokens").size(); i++) {
            var at = "/added_tokens/" + i;
            tokens.add(AddedToken.described(file, at, file.id(at + "/id")), file.name());
        }
        return tokens.byId();
    }

    /** With {@code ignore_merges} a piece that is a token stays whole; that changes nothing if merges make it anyway. */
    private void refuseWholePieces(Map<String, Integer> vocabulary, List<Merge> merges, List<AddedToken> addedTokens) {
        if (!file.flag("/model/ignore_merges", false)) {
            return;
        }
        var made = new HashSet<String>();
        merges.forEach(merge -> made.add(merge.merged()));
        addedTokens.forEach(token -> made.add(token.content()));
        vocabulary.keySet().stream()
                .filter(token -> token.length() > 1 && !made.contains(token))
                .findFirst()
                .ifPresent(token -> {
                    throw unsupported(
                            "its model has ignore_merges and the token '%s' that no merge makes".formatted(token));
                });
    }

    private UnsupportedTokenizerException unsupported(String what) {
        return unsupported(file, what);
    }

    static UnsupportedTokenizerException unsupported(JsonFile file, String what) {
        return new UnsupportedTokenizerException(
                "%s is not supported: %s; only byte-level BPE as of GPT-2 is read".formatted(file.name(), what));
    }
}
