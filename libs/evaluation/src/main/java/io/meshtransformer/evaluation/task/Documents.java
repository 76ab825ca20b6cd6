package io.meshtransformer.evaluation.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Documents of a file that has one in each line, as a JSON object; blank lines do not count. They are read when they are
 * asked for: memory does not grow with their number. It may be used by several threads.
 */
final class Documents {
    private static final int LONGEST = 1 << 26;
    private static final int LONGEST_LABELS = 1 << 28;
    private static final TypeReference<LinkedHashMap<String, Object>> FIELDS = new TypeReference<>() {};
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(LONGEST)
                        .maxNestingDepth(64)
                        .build());
    }

    private final LineSource source;
    private final LineIndex index;
    private final Optional<int[]> labels;
    private final String hash;

    private Documents(LineSource source, LineIndex index, Optional<int[]> labels, String hash) {
        this.source = source;
        this.index = index;
        this.labels = labels;
        this.hash = hash;
    }

    /**
     * One document.
     *
     * @param place file and line, for people
     * @param fields as the file has them
     */
    record Document(int index, String place, Map<String, Object> fields) {
        /** SHA-256 (hexadecimal) of the fields as JSON with sorted keys. */
        String hash() {
            try {
                return Sha256.of(JSON.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("fields that were read as JSON are not written as JSON", e);
            }
        }
    }

    /** @throws IOException if the bytes cannot be read */
    static Documents of(LineSource source) throws IOException {
        var index = LineIndex.of(source);
        return new Documents(source, index, Optional.empty(), index.hash());
    }

    /**
     * Documents whose field {@code label} is in a file of its own, one whole number in each line.
     *
     * @throws TaskException.MalformedDocument if there are not as many labels as documents
     */
    static Documents of(LineSource source, Path labels) throws IOException {
        var index = LineIndex.of(source);
        var numbers = labels(labels);
        if (numbers.length != index.documents()) {
            throw new TaskException.MalformedDocument(
                    "%s has %d labels, %s has %d documents"
                            .formatted(labels, numbers.length, source.name(), index.documents()),
                    null);
        }
        var both = index.hash() + Sha256.of(labels);
        return new Documents(source, index, Optional.of(numbers), Sha256.of(both.getBytes(StandardCharsets.US_ASCII)));
    }

    int count() {
        return index.documents();
    }

    /** SHA-256 (hexadecimal) of the file, or of its hash and that of its labels where these have a file of their own. */
    String hash() {
        return hash;
    }

    /** File, for people. */
    String name() {
        return source.name();
    }

    Document read(int number) {
        try (var documents = read(number, number + 1)) {
            return documents.findFirst().orElseThrow();
        }
    }

    /**
     * Documents in the file's order; the stream has to be closed.
     *
     * @param from index of the first
     * @param to index after the last
     * @throws TaskException.MalformedDocument while the stream is read
     */
    Stream<Document> read(int from, int to) {
        if (from < 0 || to > count() || from > to) {
            throw new IndexOutOfBoundsException(
                    "documents " + from + " to " + to + " of " + source.name() + ", which has " + count());
        }
        if (from == to) {
            return Stream.empty();
        }
        var block = from / LineIndex.STRIDE;
        var lines = new Lines(source, index.offsets()[block], index.lines()[block], LONGEST);
        for (var before = block * LineIndex.STRIDE; before < from; before++) {
            lines.next();
        }
        return IntStream.range(from, to)
                .mapToObj(number -> document(number, lines.next()))
                .onClose(lines::close);
    }

    private Document document(int number, Lines.Line line) {
        var place = source.name() + ", line " + line.number();
        try {
            var fields = JSON.readValue(line.bytes(), 0, line.length(), FIELDS);
            if (fields == null) {
                throw new TaskException.MalformedDocument(place + " is null, it must be a JSON object", null);
            }
            labels.ifPresent(all -> fields.put("label", all[number]));
            return new Document(number, place, fields);
        } catch (JsonProcessingException e) {
            throw new TaskException.MalformedDocument(
                    place + " is no JSON object: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        } catch (IOException e) {
            throw new TaskException.MalformedDocument(place + " can't be read: " + e, e);
        }
    }

    private static int[] labels(Path file) throws IOException {
        if (Files.size(file) > LONGEST_LABELS) {
            throw new TaskException.MalformedDocument(
                    file + " has " + Files.size(file) + " bytes, labels may have " + LONGEST_LABELS, null);
        }
        var numbers = new int[1 << 10];
        var count = 0;
        try (var lines = Files.newBufferedReader(file)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                if (count == numbers.length) {
                    numbers = Arrays.copyOf(numbers, 2 * count);
                }
                numbers[count++] = label(line.strip(), file, count);
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    private static int label(String text, Path file, int number) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TaskException.MalformedDocument(
                    file + ", label " + number + " is '" + text + "', it must be a whole number", e);
        }
    }
}
