package io.meshtransformer.gptj;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsWriter;
import io.meshtransformer.gptj.safetensors.ShardedSafetensorsWriter;
import io.meshtransformer.gptj.safetensors.ShardedSafetensorsWriter.Beginning;
import io.meshtransformer.gptj.safetensors.TensorSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Writes a model directory that {@link Checkpoint#open} and transformers read: {@code config.json}, and one
 * {@code model.safetensors} or, above {@link ShardedSafetensorsWriter#MOST_SHARD_BYTES}, shards with their index.
 *
 * <p>Weights come in pieces of any size, in any order, from any number of threads. Weight files appear under their names
 * when {@link #complete()} has them all; without it none remains.
 */
public final class CheckpointWriter implements AutoCloseable {
    private static final String NAME = "model";

    private final Path directory;
    private final GptjConfig config;
    private final DataType type;
    private final ShardedSafetensorsWriter shards;

    private CheckpointWriter(Path directory, GptjConfig config, DataType type, ShardedSafetensorsWriter shards) {
        this.directory = directory;
        this.config = config;
        this.type = type;
        this.shards = shards;
    }

    /**
     * Begins a model in a directory, which is made where it is missing.
     *
     * @param type of every weight: F32, F16 or BF16
     * @throws java.nio.file.FileAlreadyExistsException if the directory holds weights already
     */
    public static CheckpointWriter create(Path directory, GptjConfig config, DataType type) throws IOException {
        return create(directory, config, type, ShardedSafetensorsWriter.MOST_SHARD_BYTES);
    }

    static CheckpointWriter create(Path directory, GptjConfig config, DataType type, long mostShardBytes)
            throws IOException {
        return create(directory, config, type, mostShardBytes, SafetensorsWriter::create);
    }

    /**
     * Begins a model whose weights come in the order of {@link GptjTensors#shapes}, each from its first element to its
     * last, by one thread at a time; {@link #hashes} then says what was written.
     *
     * @param type of every weight: F32, F16 or BF16
     * @param mostShardBytes weights of more bytes are spread over several files
     * @throws java.nio.file.FileAlreadyExistsException if the directory holds weights already
     */
    public static CheckpointWriter createInOrder(Path directory, GptjConfig config, DataType type, long mostShardBytes)
            throws IOException {
        return create(directory, config, type, mostShardBytes, SafetensorsWriter::createInOrder);
    }

    private static CheckpointWriter create(
            Path directory, GptjConfig config, DataType type, long mostShardBytes, Beginning beginning)
            throws IOException {
        Files.createDirectories(directory);
        var shards = ShardedSafetensorsWriter.create(
                directory, NAME, specifications(config, type), mostShardBytes, beginning);
        return new CheckpointWriter(directory, config, type, shards);
    }

    private static SequencedMap<String, TensorSpecification> specifications(GptjConfig config, DataType type) {
        var specifications = new LinkedHashMap<String, TensorSpecification>();
        GptjTensors.shapes(config)
                .forEach((tensor, shape) -> specifications.put(tensor, new TensorSpecification(type, shape)));
        return specifications;
    }

    /**
     * Writes a range of a weight's elements, rounded to nearest, ties to even.
     *
     * @param offset first element, counted in the flattened tensor; each element must be written once
     * @throws IllegalArgumentException if the model has no such weight, or a finite value would become infinite
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the values
     */
    public void write(String name, long offset, float[] values, int from, int count) throws IOException {
        if (!shards.has(name)) {
            throw new IllegalArgumentException("the model has no weight " + name);
        }
        shards.write(name, offset, values, from, count);
    }

    /**
     * Gives the files their names, the index and the configuration last: a directory with both is a whole model.
     *
     * @throws IllegalStateException if not every weight has been written exactly once
     */
    public void complete() throws IOException {
        shards.complete();
        if (shards.shards() > 1) {
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
            weightMap.put(tensor, shards.fileName(tensor));
        }
        DurableFiles.replace(
                directory.resolve(Checkpoint.INDEX_FILE),
                mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    /**
     * SHA-256 of each file of weights by its name.
     *
     * @throws IllegalStateException if the weights did not come in order, or not all came
     */
    public SequencedMap<String, String> hashes() {
        return shards.hashes();
    }

    @Override
    public void close() throws IOException {
        shards.close();
    }
}
