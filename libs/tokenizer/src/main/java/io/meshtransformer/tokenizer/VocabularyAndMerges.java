package io.meshtransformer.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads GPT-2's own form: {@code vocab.json} with ids by token and {@code merges.txt} with a pair a line. Added tokens
 * come from {@code tokenizer_config.json} ({@code added_tokens_decoder}) or else from {@code added_tokens.json}.
 */
final class VocabularyAndMerges {
    /** What Hugging Face's GPT-2 tokenizer takes for special where no file says otherwise. */
    private static final String END_OF_TEXT = "<|endoftext|>";

    private VocabularyAndMerges() {}

    static TokenizerDefinition read(Path directory) {
        var vocabulary = JsonFile.read(directory.resolve("vocab.json")).idsByToken("");
        var config = JsonFile.readIfPresent(directory.resolve("tokenizer_config.json"));
        var prefixSpace =
                config.map(file -> file.flag("/add_prefix_space", false)).orElse(false);
        return new TokenizerDefinition(
                vocabulary,
                merges(directory.resolve("merges.txt")),
                new Splitting(prefixSpace, true),
                addedTokens(directory, config, vocabulary),
                Template.NONE);
    }

    private static List<Merge> merges(Path file) {
        var merges = new ArrayList<Merge>();
        var number = 0;
        for (var line : lines(file)) {
            number++;
            // A first line may tell the format's version; '#' may also begin a merge.
            if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
                continue;
            }
            var at = number;
            merges.add(Merge.of(
                    line.split(" ", -1),
                    () -> new MalformedTokenizerException(
                            "merges.txt: line %d, '%s', is not a pair of tokens".formatted(at, line))));
        }
        return merges;
    }

    private static List<String> lines(Path file) {
        try {
            // Not readAllLines: tokens may hold no line feed, but other characters that Java takes for line ends.
            return List.of(Files.readString(file).split("\r?\n"));
        } catch (IOException e) {
            throw new MalformedTokenizerException("merges.txt cannot be read: " + e, e);
        }
    }

    private static List<AddedToken> addedTokens(
            Path directory, Optional<JsonFile> config, Map<String, Integer> vocabulary) {
        var tokens = new AddedTokens(vocabulary);
        if (vocabulary.containsKey(END_OF_TEXT)) {
            var id = vocabulary.get(END_OF_TEXT);
            tokens.add(AddedToken.special(id, END_OF_TEXT), "vocab.json");
        }
        JsonFile.readIfPresent(directory.resolve("added_tokens.json")).ifPresent(file -> {
            for (var entry : file.root().properties()) {
                var token = AddedToken.ordinary(file.id(entry.getKey(), entry.getValue()), entry.getKey());
                tokens.add(token, file.name());
            }
        });
        config.flatMap(file -> file.at("/added_tokens_decoder")).ifPresent(decoder -> {
            for (var entry : decoder.properties()) {
                var token = described(config.orElseThrow(), entry.getKey());
                tokens.add(token, "tokenizer_config.json");
            }
        });
        return tokens.byId();
    }

    private static AddedToken described(JsonFile file, String id) {
        var at = "/added_tokens_decoder/" + id;
        if (!id.matches("\\d{1,9}")) {
            throw file.malformed(at, "is not a token id");
        }
        return AddedToken.described(file, at, Integer.parseInt(id));
    }
}
