package io.meshtransformer.serving;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.tokenizer.SpecialToken;
import io.meshtransformer.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * What a service knows of a model that it reads texts for: everything but its weights.
 *
 * @param name requests use it
 * @param created when its weights were written
 * @param tokenizer empty for a model that takes ids only
 * @param tokenizerHash SHA-256 (hexadecimal) of the tokenizer's file, or of the hashes of its two; empty without one
 */
public record OfferedModel(
        String name,
        Instant created,
        GptjConfig config,
        Optional<Tokenizer> tokenizer,
        Optional<String> tokenizerHash) {
    static final String TOKENIZER = "tokenizer.json";

    public OfferedModel {
        requireNonNull(name, "name is null");
        requireNonNull(created, "created is null");
        requireNonNull(config, "config is null");
        requireNonNull(tokenizer, "tokenizer is null");
        requireNonNull(tokenizerHash, "tokenizerHash is null");
        tokenizer.ifPresent(known -> {
            if (known.vocabularySize() > config.vocabularySize()) {
                throw new IllegalArgumentException("the tokenizer of '%s' has ids up to %d, the model's end at %d"
                        .formatted(name, known.vocabularySize() - 1, config.vocabularySize() - 1));
            }
        });
    }

    /**
     * Reads a model directory.
     *
     * @throws IOException if {@code config.json} is missing, cannot be read or is no GPT-J's
     * @throws io.meshtransformer.tokenizer.TokenizerException if there is a tokenizer that cannot be used
     */
    public static OfferedModel load(Path directory, String name) throws IOException {
        var tokenizer = Tokenizer.load(directory);
        return load(directory, name, tokenizer, tokenizer.isPresent() ? hash(directory) : Optional.empty());
    }

    /** Reads a model directory, but for its tokenizer. */
    static OfferedModel load(Path directory, String name, Optional<Tokenizer> tokenizer, Optional<String> tokenizerHash)
            throws IOException {
        var configuration = directory.resolve("config.json");
        var config = GptjConfig.read(configuration);
        return new OfferedModel(name, created(directory, configuration), config, tokenizer, tokenizerHash);
    }

    private static Optional<String> hash(Path directory) throws IOException {
        var file = directory.resolve(TOKENIZER);
        if (Files.exists(file)) {
            return Optional.of(Sha256.of(file));
        }
        var both = Sha256.of(directory.resolve("vocab.json")) + Sha256.of(directory.resolve("merges.txt"));
        return Optional.of(Sha256.of(both.getBytes(StandardCharsets.US_ASCII)));
    }

    /** For those who ask which models there are. */
    public ModelDescription description() {
        return new ModelDescription(
                name,
                created,
                config.contextLength(),
                config.vocabularySize(),
                tokenizer.map(OfferedModel::describe).orElse(null));
    }

    /** The id that stands for an empty context, as lm-evaluation-harness picks it. */
    public int prefixId() {
        return tokenizer
                .flatMap(known -> known.bos().or(known::eos))
                .map(SpecialToken::id)
                .orElse(config.bosTokenId());
    }

    private static TokenizerDescription describe(Tokenizer tokenizer) {
        var bos = tokenizer.bos();
        var eos = tokenizer.eos();
        return new TokenizerDescription(
                tokenizer.vocabularySize(),
                bos.map(SpecialToken::text).orElse(null),
                bos.map(SpecialToken::id).orElse(null),
                eos.map(SpecialToken::text).orElse(null),
                eos.map(SpecialToken::id).orElse(null));
    }

    /** The time of the newest weights file, or of the configuration where the weights are elsewhere. */
    private static Instant created(Path directory, Path configuration) throws IOException {
        FileTime newest = null;
        try (var weights = Files.newDirectoryStream(directory, "*.{safetensors,bin}")) {
            for (var file : weights) {
                var time = Files.getLastModifiedTime(file);
                newest = newest == null || time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return (newest == null ? Files.getLastModifiedTime(configuration) : newest).toInstant();
    }
}
