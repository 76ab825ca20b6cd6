package io.meshtransformer.gptj;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsWriter;
import io.meshtransformer.gptj.safetensors.TensorSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Writes a model directory that {@link Checkpoint#open} and transformers read: {@code config.json}, and one
 * {@code model.safetensors} or, above {@link #MOST_SHARD_BYTES}, shards with their index.
 *
 * <p>Weights come in pieces of any size, in any order, from any number of threads. Weight files appear under their names
 * when {@link #complete()} has them all; without it none remains.
 */
public final class CheckpointWriter implements AutoCloseable {
    /** Weights of more bytes are spread over several files; a single tensor of more has a file of its own. */
    public static final long MOST_SHARD_BYTES = 2_000_000_000;

    private final Path directory;
    private final GptjConfig config;
    private final DataType type;
    private final List<String> fileNames = new ArrayList<>();
    private final List<SafetensorsWriter> writers = new ArrayList<>();
    private final Map<String, Integer> shardOfTensor = new HashMap<>();

    private CheckpointWriter(Path directory, GptjConfig config, DataType type) {
        this.directory = directory;
        this.config = config;
        this.type = type;
    }

    /**
     * Begins a model in a directory, which is made where it is missing.
     *
     * @param type of every weight: F32, F16 or BF16
     * @throws java.nio.file.FileAlreadyExistsException if the directory holds weights already
     */
    public static CheckpointWriter create(Path directory, GptjConfig config, DataType type) throws IOException {
        return create(directory, config, type, MOST_SHARD_BYTES);
    }

    static CheckpointWriter create(Path directory, GptjConfig config, DataType type, long mostShardBytes)
            throws IOException {
        Files.createDirectories(directory);
        var writer = new CheckpointWriter(directory, config, type);
        try {
            writer.begin(shards(config, type, mostShardBytes));
            return writer;
        } catch (Throwable e) {
            try {
                writer.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static List<SequencedMap<String, TensorSpecification>> shards(
            GptjConfig config, DataType type, long mostShardBytes) {
        var shards = new ArrayList<SequencedMap<String, TensorSpecification>>();
        var bytes = mostShardBytes;
        for (var tensor : GptjTensors.shapes(config).entrySet()) {
            var specification = new TensorSpecification(type, tensor.getValue());
            if (shards.isEmpty() || bytes + specification.bytes() > mostShardBytes) {
                shards.add(new LinkedHashMap<>());
                bytes = 0;
            }
            shards.getLast().put(tensor.getKey(), specification);
            bytes += specification.bytes();
        }
        return shards;
    }

    private void begin(List<SequencedMap<String, TensorSpecification>> shards) throws IOException {
        for (var shard : shards) {
            var name = shards.size() == 1
                    ? Checkpoint.SINGLE_FILE
                    : "model-%05d-of-%05d.safetensors".formatted(fileNames.size() + 1, shards.size());
            writers.add(SafetensorsWriter.create(directory.resolve(name), shard));
            shard.keySet().forEach(tensor -> shardOfTensor.put(tensor, fileNames.size()));
            fileNames.add(name);
        }
    }

    /**
     * Writes a range of a weight's elements, rounded to nearest, ties to even.
     *
     * @param offset first element, counted in the flattened tensor; each element must be written once
     * @throws IllegalArgumentException if the model has no such weight, or a finite value would become infinite
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the values
     */
    public void write(String name, long offset, float[] values, int from, int count) throws IOException {
        var shard = shardOfTensor.get(name);
        if (shard == null) {
            throw new IllegalArgumentException("the model has no weight " + name);
        }
        writers.get(shard).write(name, offset, values, from, count);
    }

    /**
     * Gives the files their names, the index and the configuration last: a directory with both is a whole model.
     *
     * @throws IllegalStateException if not every weight has been written exactly once
     */
    public void complete() throws IOException {
        writers.forEach(SafetensorsWriter::requireWhole);
        for (var writer : writers) {
            writer.complete();
        }
        if (writers.size() > 1) {
            writeIndex();
        }
        config.write(directory.resolve(Checkpoint.CONFIG_FILE), type);
    }

    private void writeIndex() throws IOException {
        var mapper = new JsonMapper();
        var json = mapper.createObjectNode();
        json.putObject("metadata").put("total_size", GptjTensors.parameters(config) * type.bytes());
        var weightMap = json.putObject("weight_map");
        for (var tensor : GptjTensors.shapes(config).keySet()) {
            weightMap.put(tensor, fileNames.get(shardOfTensor.get(tensor)));
        }
        mapper.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(Checkpoint.INDEX_FILE).toFile(), json);
    }

    @Override
    public void close() throws IOException {
        for (var writer : writers) {
            writer.close();
        }
    }
}
