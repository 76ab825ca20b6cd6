package io.meshtransformer.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The files of a tokenizer, as Hugging Face names them. */
public final class TokenizerFiles {
    private static final String TOKENIZER = "tokenizer.json";
    private static final List<String> COMPANIONS = List.of(
            TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "generation_config.json");

    private TokenizerFiles() {}

    /**
     * The tokenizer and what lies beside it.
     *
     * @param place a {@code tokenizer.json}, or the directory that holds it
     * @throws NoSuchFileException if there is none
     */
    public static List<Path> at(Path place) throws IOException {
        var tokenizer = Files.isDirectory(place) ? place.resolve(TOKENIZER) : place;
        if (!Files.isRegularFile(tokenizer)) {
            throw new NoSuchFileException(tokenizer.toString(), null, "a tokenizer is needed there");
        }
        return COMPANIONS.stream()
                .map(tokenizer::resolveSibling)
                .filter(Files::isRegularFile)
                .toList();
    }
}
