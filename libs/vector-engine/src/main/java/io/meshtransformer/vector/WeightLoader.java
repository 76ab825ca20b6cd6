package io.meshtransformer.vector;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.vector.kernel.Kernels;
import io.meshtransformer.vector.kernel.Panels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Brings a checkpoint's weights into the engine's layout, tensors in parallel. Beside the result it takes one panel of
 * fp32 rows per thread.
 */
final class WeightLoader {
    private final Checkpoint checkpoint;
    private final GptjConfig config;
    private final WeightFormat format;
    private final Kernels kernels;
    private final LoadProgress progress;
    private final List<Part> parts = new ArrayList<>();
    private final Object progressLock = new Object();
    private long bytesDone;
    private long bytesTotal;

    WeightLoader(Checkpoint checkpoint, WeightFormat format, Kernels kernels, LoadProgress progress) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.format = format;
        this.kernels = kernels;
        this.progress = progress;
    }

    /** A tensor that is read in its own time by one thread. */
    private record Part(long elements, Reader reader) {
        /** Has room for {@link Panels#OUTPUTS} rows of any weight. */
        interface Reader {
            void read(float[] rows) throws IOException;
        }
    }

    /** @throws IOException if the checkpoint cannot be read */
    Weights load(Workers workers) throws IOException {
        var width = config.width();
        var blocks = new ArrayList<Block>();
        for (var layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, width, config.feedForwardWidth()));
        }
        var weights = new Weights(
                embedding(),
                List.copyOf(blocks),
                new Norm(
                        vector(GptjTensors.FINAL_NORM_WEIGHT, width),
                        vector(GptjTensors.FINAL_NORM_BIAS, width),
                        config.layerNormEpsilon()),
                new Projection(
                        matrix(GptjTensors.HEAD_WEIGHT, config.vocabularySize(), width),
                        vector(GptjTensors.HEAD_BIAS, config.vocabularySize())));
        readParts(workers);
        return weights;
    }

    private Block block(int layer, int width, int inner) throws IOException {
        return new Block(
                new Norm(
                        vector(BlockTensor.NORM_WEIGHT.name(layer), width),
                        vector(BlockTensor.NORM_BIAS.name(layer), width),
                        config.layerNormEpsilon()),
                withoutBias(matrix(BlockTensor.QUERY.name(layer), width, width)),
                withoutBias(matrix(BlockTensor.KEY.name(layer), width, width)),
                withoutBias(matrix(BlockTensor.VALUE.name(layer), width, width)),
                withoutBias(matrix(BlockTensor.ATTENTION_OUT.name(layer), width, width)),
                new Projection(
                        matrix(BlockTensor.FEED_FORWARD_IN_WEIGHT.name(layer), inner, width),
                        vector(BlockTensor.FEED_FORWARD_IN_BIAS.name(layer), inner)),
                new Projection(
                        matrix(BlockTensor.FEED_FORWARD_OUT_WEIGHT.name(layer), width, inner),
                        vector(BlockTensor.FEED_FORWARD_OUT_BIAS.name(layer), width)));
    }

    private static Projection withoutBias(Matrix matrix) {
        return new Projection(matrix, new float[Panels.padded(matrix.outputs())]);
    }

    /** Read at once, with zeros up to whole panels. */
    private float[] vector(String name, int length) throws IOException {
        var vector = new float[Panels.padded(length)];
        checkpoint.read(name, 0, vector, 0, length);
        return vector;
    }

    private Matrix matrix(String name, int outputs, int inputs) {
        var matrix =
                switch (format) {
                    case FP32 -> new Fp32Matrix(outputs, inputs, kernels.fp32());
                    case BF16 -> new Bf16Matrix(outputs, inputs, kernels.bf16());
                };
        add((long) outputs * inputs, rows -> readMatrix(name, matrix, rows));
        return matrix;
    }

    private void readMatrix(String name, Matrix matrix, float[] rows) throws IOException {
        var inputs = matrix.inputs();
        for (var panel = 0; panel < Panels.count(matrix.outputs()); panel++) {
            var first = panel * Panels.OUTPUTS;
            var count = Math.min(Panels.OUTPUTS, matrix.outputs() - first);
            checkpoint.read(name, (long) first * inputs, rows, 0, count * inputs);
            Arrays.fill(rows, count * inputs, Panels.OUTPUTS * inputs, 0f);
            matrix.setPanel(panel, rows);
            done((long) count * inputs);
        }
    }

    private Embedding embedding() {
        var elements = Math.multiplyExact(config.vocabularySize(), config.width());
        Embedding embedding =
                switch (format) {
                    case FP32 -> new Embedding.Fp32(config.width(), new float[elements]);
                    case BF16 -> new Embedding.Bf16(config.width(), new short[elements]);
                };
        add(elements, rows -> readEmbedding(embedding, rows));
        return embedding;
    }

    private void readEmbedding(Embedding embedding, float[] rows) throws IOException {
        var width = embedding.width();
        for (var first = 0; first < config.vocabularySize(); first += Panels.OUTPUTS) {
            var count = Math.min(Panels.OUTPUTS, config.vocabularySize() - first);
            checkpoint.read(GptjTensors.EMBEDDING, (long) first * width, rows, 0, count * width);
            embedding.setRows(first, count, rows);
            done((long) count * width);
        }
    }

    private void add(long elements, Part.Reader reader) {
        bytesTotal += elements * format.bytes();
        parts.add(new Part(elements, reader));
    }

    private void done(long elements) {
        synchronized (progressLock) {
            bytesDone += elements * format.bytes();
            progress.loaded(bytesDone, bytesTotal);
        }
    }

    /** Largest first, so that no thread is left with a large one at the end. */
    private void readParts(Workers workers) throws IOException {
        parts.sort(Comparator.comparingLong(Part::elements).reversed());
        var longest = Math.max(config.width(), config.feedForwardWidth());
        var rows = new float[workers.threads()][Math.multiplyExact(Panels.OUTPUTS, longest)];
        try {
            workers.run(parts.size(), Long.MAX_VALUE, (worker, item) -> {
                try {
                    parts.get(item).reader().read(rows[worker]);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
