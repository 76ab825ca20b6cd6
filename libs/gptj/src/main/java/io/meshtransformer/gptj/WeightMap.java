package io.meshtransformer.gptj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The index beside a model's shards: which file each tensor is in. */
public final class WeightMap {
    private static final String KEY = "weight_map";
    private static final long MOST_BYTES = 1 << 25;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private WeightMap() {}

    /**
     * Reads an index.
     *
     * @param problems gets a sentence for every tensor that is placed nowhere
     * @return file name by tensor name
     * @throws ModelFormatException.InvalidWeights if it is no index at all
     */
    public static Map<String, String> read(Path directory, String file, List<String> problems) throws IOException {
        var index = directory.resolve(file);
        JsonNode json;
        try {
            if (Files.size(index) > MOST_BYTES) {
                problems.add(file + " has " + Files.size(index) + " bytes, at most " + MOST_BYTES + " are read");
                throw new ModelFormatException.InvalidWeights(directory, problems, null);
            }
            json = MAPPER.readTree(Files.readAllBytes(index)).path(KEY);
        } catch (JsonProcessingException e) {
            problems.add(file + " is not JSON: " + e.getOriginalMessage());
            throw new ModelFormatException.InvalidWeights(directory, problems, e);
        }
        if (!json.isObject()) {
            problems.add(file + " has no object '" + KEY + "'");
        }
        var weightMap = new LinkedHashMap<String, String>();
        for (var field : json.properties()) {
            var name = field.getValue();
            // A file name alone: a model directory must not reach outside itself.
            if (!name.isTextual() || !name.textValue().matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
                problems.add(file + " places tensor " + field.getKey() + " in " + name + ", which is no file name");
            } else {
                weightMap.put(field.getKey(), name.textValue());
            }
        }
        return weightMap;
    }
}
