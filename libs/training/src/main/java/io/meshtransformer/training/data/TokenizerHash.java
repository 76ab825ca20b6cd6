package io.meshtransformer.training.data;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells tokenizers apart: the SHA-256 of the files that give texts their ids. */
public final class TokenizerHash {
    private TokenizerHash() {}

    /**
     * Of {@code tokenizer.json}, or else of {@code vocab.json} and {@code merges.txt} behind each other, in hexadecimal.
     *
     * @throws java.nio.file.NoSuchFileException if the folder has neither
     */
    public static String of(Path modelDirectory) throws IOException {
        var whole = modelDirectory.resolve("tokenizer.json");
        var files = Files.isRegularFile(whole)
                ? List.of(whole)
                : List.of(modelDirectory.resolve("vocab.json"), modelDirectory.resolve("merges.txt"));
        var hash = new Sha256();
        for (var file : files) {
            hash.add(ByteBuffer.wrap(Files.readAllBytes(file)));
        }
        return hash.hex();
    }
}
