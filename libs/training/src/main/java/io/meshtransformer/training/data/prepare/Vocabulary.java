package io.meshtransformer.training.data.prepare;

import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.tokenizer.TokenizerException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.TokenizerHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What gives texts their ids.
 *
 * @param sha256 of its file, as {@link TokenizerHash} has it
 * @param endOfText id that ends a document
 * @param separator end-of-text as texts have it
 */
public record Vocabulary(Tokenizer tokenizer, String sha256, int endOfText, String separator) {
    /** GPT-2's, for tokenizers whose files don't say which token ends a text. */
    private static final String END_OF_TEXT = "<|endoftext|>";

    public Vocabulary {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException("end-of-text " + endOfText + " is written as nothing");
        }
    }

    /**
     * Reads a tokenizer.
     *
     * @param path a folder with one, or its tokenizer.json
     * @param endOfText the token that ends a document; empty for the tokenizer's own
     * @throws DataException if there is no tokenizer, or no such token
     */
    public static Vocabulary load(Path path, Optional<String> endOfText) throws IOException {
        var directory = directory(path);
        try {
            var tokenizer = Tokenizer.load(directory)
                    .orElseThrow(() -> new DataException.CannotPrepare(
                            path + " has no tokenizer: neither tokenizer.json nor vocab.json and merges.txt"));
            var id = endOfText.isPresent()
                    ? find(tokenizer, endOfText.get())
                            .orElseThrow(() -> new DataException.CannotPrepare(
                                    "the tokenizer of %s has no token '%s'".formatted(path, endOfText.get())))
                    : ownEnd(tokenizer)
                            .orElseThrow(() -> new DataException.CannotPrepare(
                                    "the tokenizer of %s does not say which token ends a text: say it with --end-of-text"
                                            .formatted(path)));
            return new Vocabulary(tokenizer, TokenizerHash.of(directory), id, tokenizer.piece(id));
        } catch (TokenizerException e) {
            throw new DataException.CannotPrepare(path + ": " + e.getMessage());
        }
    }

    private static Path directory(Path path) throws DataException {
        if (Files.isDirectory(path)) {
            return path;
        }
        if (!Files.isRegularFile(path)) {
            throw new DataException.CannotPrepare(path + ": there is no such file or folder to read a tokenizer from");
        }
        if (!path.getFileName().toString().equals("tokenizer.json")) {
            throw new DataException.CannotPrepare(
                    path + ": a tokenizer is a folder or a file with the name tokenizer.json");
        }
        return path.toAbsolutePath().getParent();
    }

    private static Optional<Integer> ownEnd(Tokenizer tokenizer) {
        var named = tokenizer.eos().map(token -> token.id());
        return named.isPresent() ? named : find(tokenizer, END_OF_TEXT);
    }

    private static Optional<Integer> find(Tokenizer tokenizer, String text) {
        return IntStream.range(0, tokenizer.vocabularySize())
                .filter(id -> tokenizer.piece(id).equals(text))
                .boxed()
                .findFirst();
    }
}
