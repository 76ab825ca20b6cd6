package io.meshtransformer.gptj.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads the JSON header of a safetensors file and checks that its tensors cover the data exactly once. */
final class HeaderParser {
    private static final String METADATA = "__metadata__";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final long dataBegin;
    private final long dataBytes;
    private final List<String> problems = new ArrayList<>();
    private final SequencedMap<String, TensorEntry> entries = new LinkedHashMap<>();

    private HeaderParser(Path file, long dataBegin, long dataBytes) {
        this.file = file;
        this.dataBegin = dataBegin;
        this.dataBytes = dataBytes;
    }

    /**
     * The tensors in the header's order.
     *
     * @param dataBegin offset in the file where tensors begin
     * @param dataBytes bytes from there to the end of the file
     */
    static SequencedMap<String, TensorEntry> parse(Path file, byte[] json, long dataBegin, long dataBytes)
            throws IOException {
        var parser = new HeaderParser(file, dataBegin, dataBytes);
        parser.tensors(tree(file, json));
        if (parser.problems.isEmpty()) {
            parser.coverage();
        }
        if (!parser.problems.isEmpty()) {
            throw new ModelFormatException.InvalidSafetensors(file, parser.problems, null);
        }
        return parser.entries;
    }

    private static JsonNode tree(Path file, byte[] json) throws IOException {
        try {
            var tree = MAPPER.readTree(json);
            if (!tree.isObject()) {
                throw new ModelFormatException.InvalidSafetensors(
                        file, List.of("the header must be a JSON object"), null);
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new ModelFormatException.InvalidSafetensors(
                    file, List.of("the header is not JSON: " + e.getOriginalMessage()), e);
        }
    }

    private void tensors(JsonNode header) {
        for (var field : header.properties()) {
            if (!field.getKey().equals(METADATA)) {
                tensor(field.getKey(), field.getValue());
            }
        }
    }

    private void tensor(String name, JsonNode json) {
        var type = DataType.named(json.path("dtype").asText());
        if (type.isEmpty()) {
            problems.add("tensor " + name + " has dtype " + json.get("dtype") + ", which is no safetensors type");
            return;
        }
        var dimensions = wholeNumbers(json.get("shape"));
        if (dimensions == null) {
            problems.add("tensor " + name + " has shape " + json.get("shape")
                    + ", it must be a list of whole numbers from 0");
            return;
        }
        var offsets = wholeNumbers(json.get("data_offsets"));
        if (offsets == null || offsets.size() != 2) {
            problems.add("tensor " + name + " has data_offsets " + json.get("data_offsets")
                    + ", they must be two whole numbers from 0");
            return;
        }
        long begin = offsets.getFirst();
        long end = offsets.getLast();
        if (begin > end || end > dataBytes) {
            problems.add("tensor " + name + " has data_offsets " + offsets + ", they must be in order and at most "
                    + dataBytes + ", the bytes of data in the file: is it truncated?");
            return;
        }
        try {
            var shape = new Shape(dimensions);
            var bytes = Math.multiplyExact(shape.elements(), type.get().bytes());
            if (bytes != end - begin) {
                problems.add("tensor " + name + " of shape " + shape + " in " + type.get() + " needs " + bytes
                        + " bytes, its data_offsets span " + (end - begin));
                return;
            }
            entries.put(name, new TensorEntry(name, type.get(), shape, dataBegin + begin, dataBegin + end));
        } catch (ArithmeticException e) {
            problems.add("tensor " + name + " has shape " + dimensions + ", which is more than a file can hold");
        }
    }

    /** Null if the node is no list of whole numbers from 0. */
    private static List<Long> wholeNumbers(JsonNode list) {
        if (list == null || !list.isArray()) {
            return null;
        }
        var numbers = new ArrayList<Long>();
        for (var number : list) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                return null;
            }
            numbers.add(number.longValue());
        }
        return numbers;
    }

    /** Bytes that belong to two tensors or to none would be a file that says more than it shows. */
    private void coverage() {
        var ordered = entries.values().stream()
                .sorted(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
                .toList();
        var covered = dataBegin;
        for (var entry : ordered) {
            if (entry.begin() < covered) {
                problems.add("tensor " + entry.name() + " begins at " + (entry.begin() - dataBegin)
                        + ", inside the tensor before it, which ends at " + (covered - dataBegin));
            } else if (entry.begin() > covered) {
                problems.add("there is a hole before tensor " + entry.name() + ", from " + (covered - dataBegin)
                        + " to " + (entry.begin() - dataBegin));
            }
            covered = Math.max(covered, entry.end());
        }
        if (covered != dataBegin + dataBytes) {
            problems.add("the last tensor ends at " + (covered - dataBegin) + ", the file has " + dataBytes
                    + " bytes of data");
        }
    }
}
