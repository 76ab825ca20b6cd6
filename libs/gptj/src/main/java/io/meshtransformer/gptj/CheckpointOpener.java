package io.meshtransformer.gptj;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** Finds the files of a checkpoint and compares what they hold with what the configuration asks for. */
final class CheckpointOpener {
    private static final String WEIGHT_MAP = "weight_map";
    private static final long MOST_INDEX_BYTES = 1 << 25;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path directory;
    private final List<String> problems = new ArrayList<>();
    private final SequencedMap<String, SafetensorsFile> files = new LinkedHashMap<>();
    private final Map<String, SafetensorsFile> fileOfTensor = new HashMap<>();

    /** Not reported one by one: the missing shard says it all. */
    private final Set<String> inMissingShards = new HashSet<>();

    CheckpointOpener(Path directory) {
        this.directory = requireNonNull(directory, "directory is null");
    }

    Checkpoint open() throws IOException {
        var config = GptjConfig.read(directory.resolve(Checkpoint.CONFIG_FILE));
        try {
            if (Files.exists(directory.resolve(Checkpoint.SINGLE_FILE))) {
                openFile(Checkpoint.SINGLE_FILE);
            } else if (Files.exists(directory.resolve(Checkpoint.INDEX_FILE))) {
                openShards(weightMap());
            } else {
                problems.add("there is neither " + Checkpoint.SINGLE_FILE + " nor " + Checkpoint.INDEX_FILE
                        + " in the directory");
                throw invalid(null);
            }
            compare(GptjTensors.shapes(config));
            if (!problems.isEmpty()) {
                throw invalid(null);
            }
            return new Checkpoint(directory, config, files.values(), fileOfTensor);
        } catch (Throwable e) {
            try {
                closeAll(files.values());
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** Tensor name to file name, as the index says. */
    private Map<String, String> weightMap() throws IOException {
        var index = directory.resolve(Checkpoint.INDEX_FILE);
        JsonNode json;
        try {
            if (Files.size(index) > MOST_INDEX_BYTES) {
                problems.add(Checkpoint.INDEX_FILE + " has " + Files.size(index) + " bytes, at most " + MOST_INDEX_BYTES
                        + " are read");
                throw invalid(null);
            }
            json = MAPPER.readTree(Files.readAllBytes(index)).path(WEIGHT_MAP);
        } catch (JsonProcessingException e) {
            problems.add(Checkpoint.INDEX_FILE + " is not JSON: " + e.getOriginalMessage());
            throw invalid(e);
        }
        if (!json.isObject()) {
            problems.add(Checkpoint.INDEX_FILE + " has no object '" + WEIGHT_MAP + "'");
        }
        var weightMap = new LinkedHashMap<String, String>();
        for (var field : json.properties()) {
            var name = field.getValue();
            // A file name alone: a model directory must not reach outside itself.
            if (!name.isTextual() || !name.textValue().matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
                problems.add(Checkpoint.INDEX_FILE + " places tensor " + field.getKey() + " in " + name
                        + ", which is no file name");
            } else {
                weightMap.put(field.getKey(), name.textValue());
            }
        }
        return weightMap;
    }

    private void openShards(Map<String, String> weightMap) throws IOException {
        for (var shard : new TreeSet<>(weightMap.values())) {
            if (Files.isRegularFile(directory.resolve(shard))) {
                openFile(shard);
            } else {
                problems.add("there is no shard " + shard + " in the directory, though " + Checkpoint.INDEX_FILE
                        + " names it");
            }
        }
        weightMap.forEach((tensor, shard) -> {
            var file = files.get(shard);
            if (file == null) {
                inMissingShards.add(tensor);
            } else if (!file.entries().containsKey(tensor)) {
                problems.add(Checkpoint.INDEX_FILE + " places tensor " + tensor + " in " + shard + ", where it is not");
            }
        });
        files.forEach((shard, file) -> file.entries().keySet().stream()
                .filter(tensor -> !weightMap.containsKey(tensor))
                .forEach(tensor -> problems.add("shard " + shard + " holds tensor " + tensor + ", which "
                        + Checkpoint.INDEX_FILE + " does not name")));
    }

    private void openFile(String name) throws IOException {
        var file = SafetensorsFile.open(directory.resolve(name));
        files.put(name, file);
        for (var tensor : file.entries().keySet()) {
            var other = fileOfTensor.put(tensor, file);
            if (other != null) {
                problems.add("tensor " + tensor + " is both in " + other.file().getFileName() + " and in " + name);
            }
        }
    }

    private void compare(SequencedMap<String, Shape> wanted) {
        wanted.forEach((name, shape) -> {
            var file = fileOfTensor.get(name);
            if (file == null && !inMissingShards.contains(name)) {
                problems.add("tensor " + name + " of shape " + shape + " is missing");
            } else if (file != null) {
                compare(file.entry(name), shape);
            }
        });
        fileOfTensor.keySet().removeIf(GptjTensors::isBuffer);
        fileOfTensor.keySet().stream()
                .filter(name -> !wanted.containsKey(name))
                .sorted()
                .forEach(name -> problems.add("tensor " + name + " is no weight of this GPT-J"));
    }

    private void compare(TensorEntry entry, Shape shape) {
        if (!entry.shape().equals(shape)) {
            problems.add(
                    "tensor " + entry.name() + " has shape " + entry.shape() + ", the configuration asks for " + shape);
        }
        if (!entry.type().isReadable()) {
            problems.add("tensor " + entry.name() + " is " + entry.type() + ", it must be F32, F16 or BF16");
        }
    }

    private ModelFormatException invalid(Throwable cause) {
        return new ModelFormatException.InvalidWeights(directory, problems, cause);
    }

    /** Closes every file, even when one fails to close. */
    static void closeAll(Collection<SafetensorsFile> files) throws IOException {
        IOException failure = null;
        for (var file : files) {
            try {
                file.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
