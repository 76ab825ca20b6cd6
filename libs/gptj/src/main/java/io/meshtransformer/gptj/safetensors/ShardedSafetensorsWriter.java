package io.meshtransformer.gptj.safetensors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Tensors spread over as few files of a directory as a limit allows: {@code NAME.safetensors}, or
 * {@code NAME-00001-of-00003.safetensors} and so on. Files appear under their names when all are whole.
 */
public final class ShardedSafetensorsWriter implements AutoCloseable {
    /** Tensors of more bytes are spread over several files; a single one of more has a file of its own. */
    public static final long MOST_SHARD_BYTES = 2_000_000_000;

    private final List<SafetensorsWriter> writers = new ArrayList<>();
    private final Map<String, SafetensorsWriter> writerOfTensor = new HashMap<>();

    /** How the files are made: {@link SafetensorsWriter#create} or {@link SafetensorsWriter#createInOrder}. */
    @FunctionalInterface
    public interface Beginning {
        SafetensorsWriter begin(Path file, SequencedMap<String, TensorSpecification> tensors) throws IOException;
    }

    private ShardedSafetensorsWriter() {}

    /**
     * Begins all files.
     *
     * @throws java.nio.file.FileAlreadyExistsException if one is there already; then none is begun
     */
    public static ShardedSafetensorsWriter create(
            Path directory,
            String name,
            SequencedMap<String, TensorSpecification> tensors,
            long mostShardBytes,
            Beginning beginning)
            throws IOException {
        var writer = new ShardedSafetensorsWriter();
        try {
            var shards = shards(tensors, mostShardBytes);
            for (var shard : shards) {
                var file = shards.size() == 1
                        ? name + ".safetensors"
                        : "%s-%05d-of-%05d.safetensors".formatted(name, writer.writers.size() + 1, shards.size());
                var begun = beginning.begin(directory.resolve(file), shard);
                writer.writers.add(begun);
                shard.keySet().forEach(tensor -> writer.writerOfTensor.put(tensor, begun));
            }
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
            SequencedMap<String, TensorSpecification> tensors, long mostShardBytes) {
        var shards = new ArrayList<SequencedMap<String, TensorSpecification>>();
        var bytes = 0L;
        for (var tensor : tensors.entrySet()) {
            var next = tensor.getValue().bytes();
            if (shards.isEmpty() || bytes + next > mostShardBytes) {
                shards.add(new LinkedHashMap<>());
                bytes = 0;
            }
            shards.getLast().put(tensor.getKey(), tensor.getValue());
            bytes += next;
        }
        return shards;
    }

    /** Whether there is such a tensor. */
    public boolean has(String tensor) {
        return writerOfTensor.containsKey(tensor);
    }

    /**
     * Writes a range of a tensor's elements, as {@link SafetensorsWriter#write}.
     *
     * @throws IllegalArgumentException if there is no such tensor, or a finite value would become infinite
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the values
     */
    public void write(String tensor, long offset, float[] values, int from, int count) throws IOException {
        var writer = writerOfTensor.get(tensor);
        if (writer == null) {
            throw new IllegalArgumentException("no tensor " + tensor + " was announced");
        }
        writer.write(tensor, offset, values, from, count);
    }

    /** Number of files. */
    public int shards() {
        return writers.size();
    }

    /** Name of the file that holds a tensor. */
    public String fileName(String tensor) {
        return writerOfTensor.get(tensor).file().getFileName().toString();
    }

    /**
     * Brings the files to the disk and gives them their names.
     *
     * @throws IllegalStateException if not every element has been written exactly once
     */
    public void complete() throws IOException {
        writers.forEach(SafetensorsWriter::requireWhole);
        for (var writer : writers) {
            writer.complete();
        }
    }

    /**
     * SHA-256 by file name.
     *
     * @throws IllegalStateException if the files were not written in order, or are not whole
     */
    public SequencedMap<String, String> hashes() {
        var hashes = new LinkedHashMap<String, String>();
        writers.forEach(writer -> hashes.put(writer.file().getFileName().toString(), writer.sha256()));
        return Collections.unmodifiableSequencedMap(hashes);
    }

    /** Without {@link #complete()} nothing of the files remains. */
    @Override
    public void close() throws IOException {
        for (var writer : writers) {
            writer.close();
        }
    }
}
