package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.CheckpointWriter;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A GPT-J as it is before training: the start of a training run, and a model of any size for tests and benchmarks.
 *
 * <p>Every weight is a function of the seed, the number of its tensor and its place there, so a model does not depend on
 * the number of threads that wrote it.
 */
public final class RandomModel {
    /** Elements that one thread makes at a time; a multiple of {@link Philox#WORDS}. */
    private static final int CHUNK = 1 << 18;

    private final RandomWeights weights;
    private final CheckpointWriter writer;
    private final List<Chunk> chunks;
    private final AtomicInteger next = new AtomicInteger();

    private record Chunk(String name, long offset, int count) {}

    private RandomModel(GptjConfig config, long seed, CheckpointWriter writer) {
        this.weights = new RandomWeights(config, seed);
        this.writer = writer;
        this.chunks = chunks(config);
    }

    /**
     * Writes a model directory.
     *
     * @param type of every weight: F32, F16 or BF16
     * @throws java.nio.file.FileAlreadyExistsException if the directory holds weights already
     */
    public static void write(Path directory, GptjConfig config, DataType type, long seed) throws IOException {
        write(directory, config, type, seed, Runtime.getRuntime().availableProcessors());
    }

    static void write(Path directory, GptjConfig config, DataType type, long seed, int threads) throws IOException {
        try (var writer = CheckpointWriter.create(directory, config, type)) {
            new RandomModel(config, seed, writer).run(threads);
            writer.complete();
        }
    }

    private static List<Chunk> chunks(GptjConfig config) {
        var chunks = new ArrayList<Chunk>();
        for (var shape : GptjTensors.shapes(config).entrySet()) {
            var name = shape.getKey();
            var elements = shape.getValue().elements();
            for (long offset = 0; offset < elements; offset += CHUNK) {
                var count = (int) Math.min(CHUNK, elements - offset);
                chunks.add(new Chunk(name, offset, count));
            }
        }
        return chunks;
    }

    private void run(int threads) throws IOException {
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var futures = new ArrayList<Future<Void>>();
            for (var thread = 0; thread < threads; thread++) {
                futures.add(pool.submit(() -> {
                    fillChunks();
                    return null;
                }));
            }
            try {
                for (var future : futures) {
                    future.get();
                }
            } catch (ExecutionException e) {
                next.set(chunks.size());
                throw new IOException(
                        "the random model could not be written: " + e.getCause().getMessage(), e.getCause());
            } catch (InterruptedException e) {
                next.set(chunks.size());
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a random model was written", e);
            }
        }
    }

    private void fillChunks() throws IOException {
        var values = new float[CHUNK];
        for (var at = next.getAndIncrement(); at < chunks.size(); at = next.getAndIncrement()) {
            var chunk = chunks.get(at);
            weights.read(chunk.name(), chunk.offset(), values, 0, chunk.count());
            writer.write(chunk.name(), chunk.offset(), values, 0, chunk.count());
        }
    }
}
