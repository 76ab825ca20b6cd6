package io.meshtransformer.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out which tokenizer a model directory has. */
final class TokenizerFiles {
    private TokenizerFiles() {}

    static Optional<TokenizerDefinition> find(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new MalformedTokenizerException(directory + " is not a directory");
        }
        if (has(directory, "tokenizer.json")) {
            return Optional.of(TokenizerJson.read(JsonFile.read(directory.resolve("tokenizer.json"))));
        }
        if (has(directory, "vocab.json") && has(directory, "merges.txt")) {
            return Optional.of(VocabularyAndMerges.read(directory));
        }
        if (has(directory, "vocab.json") || has(directory, "merges.txt")) {
            throw new MalformedTokenizerException(
                    "of vocab.json and merges.txt only one is there; a tokenizer needs both, or tokenizer.json");
        }
        refuse(directory, "tokenizer.model", "a SentencePiece model");
        refuse(directory, "spiece.model", "a SentencePiece model");
        refuse(directory, "vocab.txt", "a WordPiece vocabulary");
        return Optional.empty();
    }

    private static void refuse(Path directory, String file, String kind) {
        if (has(directory, file)) {
            throw new UnsupportedTokenizerException(
                    "%s is %s; only byte-level BPE is supported, as tokenizer.json or as vocab.json with merges.txt"
                            .formatted(file, kind));
        }
    }

    private static boolean has(Path directory, String file) {
        return Files.isRegularFile(directory.resolve(file));
    }
}
