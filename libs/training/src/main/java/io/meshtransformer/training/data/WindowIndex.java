package io.meshtransformer.training.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code windows.json} says of a set: how its windows are, what they were made of, which files hold them.
 *
 * @param windowTokens ids of a window: a sequence and the last target
 * @param vocabulary all ids are below it
 * @param tokenizer SHA-256 of the tokenizer's file, in hexadecimal
 * @param counts of what went in
 * @param shuffleSeed of the order of documents; empty if it is the source's
 * @param sources files that the documents came from, in the order in which they were read
 * @param files in order
 */
public record WindowIndex(
        int windowTokens,
        int vocabulary,
        String tokenizer,
        Counts counts,
        OptionalLong shuffleSeed,
        List<String> sources,
        List<WindowsIn> files) {
    /** The index's name in a set's folder. */
    public static final String FILE = "windows.json";

    private static final int VERSION = 1;
    private static final long MOST_BYTES = 1 << 28;
    private static final JsonMapper MAPPER = new JsonMapper();

    public WindowIndex {
        sources = List.copyOf(sources);
        files = List.copyOf(files);
    }

    /**
     * What windows were cut from.
     *
     * @param documents joined to one stream
     * @param tokens of that stream, end-of-text of each document included
     * @param droppedTokens at its end, which filled no window
     */
    public record Counts(long documents, long tokens, long droppedTokens) {}

    /**
     * A file of a set.
     *
     * @param name in the set's folder
     * @param windows in it
     * @param sha256 of its windows, in hexadecimal
     */
    public record WindowsIn(String name, long windows, String sha256) {}

    /** Over all files. */
    public long windows() {
        return files.stream().mapToLong(WindowsIn::windows).sum();
    }

    /** Tokens that a sequence of these windows has. */
    public int sequence() {
        return windowTokens - 1;
    }

    /** @throws DataException if there is no index in the folder, or it is not what this program writes */
    public static WindowIndex read(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new DataException.CorruptWindows(file, "it has more than " + MOST_BYTES + " bytes");
            }
            var json = MAPPER.readTree(Files.readAllBytes(file));
            var version = number(file, json, "version");
            if (version != VERSION) {
                throw new DataException.CorruptWindows(
                        file, "its format has version %d, this program reads %d".formatted(version, VERSION));
            }
            var sources = new ArrayList<String>();
            list(file, json, "sources").forEach(source -> sources.add(source.asText()));
            var files = new ArrayList<WindowsIn>();
            for (var entry : list(file, json, "files")) {
                files.add(new WindowsIn(
                        text(file, entry, "name"), number(file, entry, "windows"), text(file, entry, "sha256")));
            }
            return new WindowIndex(
                    (int) number(file, json, "window_tokens"),
                    (int) number(file, json, "vocabulary"),
                    text(file, json, "tokenizer_sha256"),
                    new Counts(
                            number(file, json, "documents"),
                            number(file, json, "tokens"),
                            number(file, json, "dropped_tokens")),
                    json.hasNonNull("shuffle_seed")
                            ? OptionalLong.of(number(file, json, "shuffle_seed"))
                            : OptionalLong.empty(),
                    sources,
                    files);
        } catch (NoSuchFileException e) {
            throw new DataException.CorruptWindows(
                    directory,
                    "there is no " + FILE
                            + " in it: 'mtj data prepare' makes such a folder, and with --validation one of"
                            + " held-out documents in it",
                    e);
        } catch (JsonProcessingException e) {
            throw new DataException.CorruptWindows(file, "it is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static long number(Path file, JsonNode json, String field) throws DataException {
        var node = json.path(field);
        if (!node.isIntegralNumber()) {
            throw new DataException.CorruptWindows(file, field + " is not a number");
        }
        return node.longValue();
    }

    private static String text(Path file, JsonNode json, String field) throws DataException {
        var node = json.path(field);
        if (!node.isTextual()) {
            throw new DataException.CorruptWindows(file, field + " is not a text");
        }
        return node.textValue();
    }

    private static JsonNode list(Path file, JsonNode json, String field) throws DataException {
        var node = json.path(field);
        if (!node.isArray()) {
            throw new DataException.CorruptWindows(file, field + " is not a list");
        }
        return node;
    }

    /** As the index of a folder, and as commands print it. */
    public ObjectNode json() {
        var json = MAPPER.createObjectNode();
        json.put("version", VERSION);
        json.put("window_tokens", windowTokens);
        json.put("windows", windows());
        json.put("documents", counts.documents());
        json.put("tokens", counts.tokens());
        json.put("dropped_tokens", counts.droppedTokens());
        json.put("vocabulary", vocabulary);
        json.put("tokenizer_sha256", tokenizer);
        if (shuffleSeed.isPresent()) {
            json.put("shuffle_seed", shuffleSeed.getAsLong());
        } else {
            json.putNull("shuffle_seed");
        }
        var sourceList = json.putArray("sources");
        sources.forEach(sourceList::add);
        var fileList = json.putArray("files");
        for (var file : files) {
            fileList.addObject()
                    .put("name", file.name())
                    .put("windows", file.windows())
                    .put("sha256", file.sha256());
        }
        return json;
    }

    /** Writes it to the disk; a folder has one index. */
    void write(Path directory) throws IOException {
        var text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n";
        try (var channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
