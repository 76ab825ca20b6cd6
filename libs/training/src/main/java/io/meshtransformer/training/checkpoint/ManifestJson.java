package io.meshtransformer.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.training.checkpoint.CheckpointException.Damaged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.OptionalDouble;

/**
 * A manifest and its files: {@code manifest.json}, and {@code manifest.sha256} with its hash, as {@code sha256sum} writes
 * and checks it.
 */
final class ManifestJson {
    static final String FILE = "manifest.json";
    static final String HASH_FILE = "manifest.sha256";

    private static final String FORMAT = "mtj-checkpoint";
    private static final long MOST_BYTES = 1 << 25;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ManifestJson() {}

    static void write(Manifest manifest, Path directory) throws IOException {
        var json = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("version", Manifest.VERSION)
                .put("step", manifest.step())
                .put("written", manifest.written().toString());
        manifest.validationLoss().ifPresent(loss -> json.put("validationLoss", loss));
        json.set("cursor", manifest.cursor());
        json.set("configuration", manifest.configuration());
        var files = json.putArray("files");
        manifest.files().forEach(file -> files.addObject()
                .put("name", file.name())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256()));
        var bytes = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        DurableFiles.write(directory.resolve(FILE), bytes);
        DurableFiles.write(directory.resolve(HASH_FILE), Sha256.of(bytes) + "  " + FILE + "\n");
    }

    /** @throws Damaged if it is not what was written there */
    static Manifest read(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        var bytes = bytes(file);
        var hash = new String(bytes(directory.resolve(HASH_FILE)), StandardCharsets.UTF_8);
        var actual = Sha256.of(bytes);
        if (!hash.equals(actual + "  " + FILE + "\n")) {
            throw new Damaged(file, "its SHA-256 is " + actual + ", but " + HASH_FILE + " has '" + hash.strip() + "'");
        }
        try {
            return parse(MAPPER.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw new Damaged(file, "it is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new Damaged(file, e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            var bytes = Files.size(file);
            if (bytes > MOST_BYTES) {
                throw new Damaged(file, "it has " + bytes + " bytes, at most " + MOST_BYTES + " are read");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Damaged(file, "it is missing", e);
        }
    }

    private static Manifest parse(JsonNode json) {
        if (!json.path("format").asText().equals(FORMAT) || json.path("version").asInt() != Manifest.VERSION) {
            throw new IllegalArgumentException("it is format " + json.path("format") + " of version "
                    + json.path("version") + ", this reads " + FORMAT + " of version " + Manifest.VERSION);
        }
        var files = new ArrayList<ManifestFile>();
        for (var file : json.required("files")) {
            files.add(new ManifestFile(
                    file.required("name").asText(),
                    file.required("bytes").asLong(),
                    file.required("sha256").asText()));
        }
        return new Manifest(
                json.required("step").asLong(),
                Instant.parse(json.required("written").asText()),
                json.has("validationLoss")
                        ? OptionalDouble.of(json.path("validationLoss").asDouble())
                        : OptionalDouble.empty(),
                json.required("cursor"),
                json.required("configuration"),
                files);
    }
}
