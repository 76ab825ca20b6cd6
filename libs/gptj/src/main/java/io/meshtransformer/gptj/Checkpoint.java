package io.meshtransformer.gptj;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model directory in Hugging Face's layout, open for reading: {@code config.json} with either
 * {@code model.safetensors}, or shards and {@code model.safetensors.index.json}.
 *
 * <p>An open checkpoint has every weight of {@link GptjTensors#shapes} and no other. Any number of threads may read it.
 */
public final class Checkpoint implements AutoCloseable {
    static final String CONFIG_FILE = "config.json";
    static final String SINGLE_FILE = "model.safetensors";
    static final String INDEX_FILE = "model.safetensors.index.json";

    /** Above it fp32 takes more memory, and more time for every token, than its last digits are worth. */
    private static final long MOST_FP32_WEIGHTS = 1_000_000_000;

    private final Path directory;
    private final GptjConfig config;
    private final Collection<SafetensorsFile> files;
    private final Map<String, SafetensorsFile> fileOfTensor;

    Checkpoint(
            Path directory,
            GptjConfig config,
            Collection<SafetensorsFile> files,
            Map<String, SafetensorsFile> fileOfTensor) {
        this.directory = requireNonNull(directory, "directory is null");
        this.config = requireNonNull(config, "config is null");
        this.files = List.copyOf(files);
        this.fileOfTensor = Map.copyOf(fileOfTensor);
    }

    /**
     * Opens a model directory and checks it against its configuration, without reading the weights.
     *
     * @throws ModelFormatException.InvalidConfig if {@code config.json} describes no GPT-J
     * @throws ModelFormatException.InvalidSafetensors if a file's header and its bytes do not agree
     * @throws ModelFormatException.InvalidWeights if tensors are missing, unknown, in two files, or of the wrong shape or type; names every one
     * @throws IOException if a file cannot be read
     */
    public static Checkpoint open(Path directory) throws IOException {
        return new CheckpointOpener(directory).open();
    }

    public Path directory() {
        return directory;
    }

    public GptjConfig config() {
        return config;
    }

    /** Its configuration's file, and those that weights are read from. */
    public List<Path> modelFiles() {
        return Stream.concat(
                        Stream.of(directory.resolve(CONFIG_FILE)),
                        files.stream().map(SafetensorsFile::file))
                .toList();
    }

    /** Bytes of all weight files together. */
    public long fileBytes() {
        return files.stream().mapToLong(SafetensorsFile::bytes).sum();
    }

    /** @throws IllegalArgumentException if the model has no such weight */
    public Shape shape(String name) {
        return file(name).entry(name).shape();
    }

    /**
     * Type in which a weight is stored: F32, F16 or BF16.
     *
     * @throws IllegalArgumentException if the model has no such weight
     */
    public DataType type(String name) {
        return file(name).entry(name).type();
    }

    /**
     * In what the weights are best served: fp32, which is exact, except where they are bf16 already or there are more
     * than a billion of them; then bf16.
     */
    public WeightFormat suitableFormat() {
        var exact = GptjTensors.shapes(config).keySet().stream().allMatch(name -> type(name) == DataType.BF16);
        return exact || GptjTensors.parameters(config) > MOST_FP32_WEIGHTS ? WeightFormat.BF16 : WeightFormat.FP32;
    }

    /**
     * Reads a range of a weight's elements, widened exactly to fp32.
     *
     * @param offset first element, counted in the flattened tensor
     * @throws IllegalArgumentException if the model has no such weight
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the target
     */
    public void read(String name, long offset, float[] target, int targetOffset, int count) throws IOException {
        file(name).read(name, offset, target, targetOffset, count);
    }

    /**
     * A whole weight, widened exactly to fp32.
     *
     * @throws IllegalArgumentException if the model has no such weight, or it is too large for one array
     */
    public float[] read(String name) throws IOException {
        return file(name).read(name);
    }

    private SafetensorsFile file(String name) {
        var file = fileOfTensor.get(name);
        if (file == null) {
            throw new IllegalArgumentException("the model in " + directory + " has no weight " + name);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        CheckpointOpener.closeAll(files);
    }
}
