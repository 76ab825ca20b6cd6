package io.meshtransformer.training.checkpoint;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.CheckpointWriter;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.lora.AdapterConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.SafetensorsWriter;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.safetensors.ShardedSafetensorsWriter;
import io.meshtransformer.gptj.safetensors.TensorSpecification;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes a state as the files of a checkpoint: the model or the adapter, and in {@code state/} what a model directory has no place for.
 * One tensor after the other passes through a buffer of 4 MB, and is hashed on its way.
 */
final class StateFiles {
    private static final int CHUNK = 1 << 20;

    private final Path directory;
    private final TrainingState state;
    private final long mostShardBytes;
    private final float[] values = new float[CHUNK];

    StateFiles(Path directory, TrainingState state, long mostShardBytes) {
        this.directory = directory;
        this.state = state;
        this.mostShardBytes = mostShardBytes;
    }

    /**
     * Brings all files to the disk.
     *
     * @throws IllegalArgumentException if a weight is missing or has another shape than the configuration asks for
     */
    List<ManifestFile> write(CheckpointInfo info) throws IOException {
        var hashes = new TreeMap<String, String>();
        if (info.adapters().isPresent()) {
            var adapters = info.adapters().get();
            var shapes = adapters.options().shapes(info.config());
            writeAdapter(info.config(), adapters, shapes, hashes);
            writeState(shapes, hashes);
        } else {
            writeModel(info.config(), hashes);
            writeState(GptjTensors.shapes(info.config()), hashes);
        }
        for (var companion : info.companions()) {
            copy(companion);
        }
        return manifestFiles(hashes);
    }

    private void writeModel(GptjConfig config, TreeMap<String, String> hashes) throws IOException {
        var bias = embeddingBias(config);
        try (var writer = CheckpointWriter.createInOrder(directory, config, DataType.F32, mostShardBytes)) {
            for (var weight : GptjTensors.shapes(config).entrySet()) {
                var tensor = new StateTensor(Kind.PARAMETER, weight.getKey());
                requireShape(tensor, weight.getValue());
                var added = tensor.equals(StateNames.EMBEDDING) ? bias : new float[0];
                stream(tensor, (offset, count) -> {
                    addToRows(added, offset, count);
                    writer.write(tensor.name(), offset, values, 0, count);
                });
            }
            writer.complete();
            hashes.putAll(writer.hashes());
        }
    }

    /** As PEFT has it, in one file; the base's configuration lies beside. */
    private void writeAdapter(
            GptjConfig config,
            TrainedAdapters adapters,
            SequencedMap<String, Shape> shapes,
            TreeMap<String, String> hashes)
            throws IOException {
        var file = directory.resolve(Adapter.WEIGHTS);
        var specifications = new LinkedHashMap<String, TensorSpecification>();
        shapes.forEach((name, shape) -> specifications.put(name, new TensorSpecification(DataType.F32, shape)));
        try (var writer = SafetensorsWriter.createInOrder(file, specifications)) {
            for (var weight : shapes.entrySet()) {
                var tensor = new StateTensor(Kind.PARAMETER, weight.getKey());
                requireShape(tensor, weight.getValue());
                stream(tensor, (offset, count) -> writer.write(tensor.name(), offset, values, 0, count));
            }
            writer.complete();
            hashes.put(Adapter.WEIGHTS, writer.sha256());
        }
        AdapterConfig.write(directory, adapters.options(), adapters.base());
        config.write(directory.resolve("config.json"), DataType.F32);
    }

    private void requireShape(StateTensor tensor, Shape wanted) {
        var shape = state.tensors().get(tensor);
        if (!wanted.equals(shape)) {
            throw new IllegalArgumentException("the state's weight " + tensor.name() + " has shape " + shape
                    + ", the configuration asks for " + wanted);
        }
    }

    /** Empty where the embedding has none. */
    private float[] embeddingBias(GptjConfig config) throws IOException {
        if (!state.tensors().containsKey(StateNames.EMBEDDING_BIAS)) {
            return new float[0];
        }
        requireShape(StateNames.EMBEDDING_BIAS, Shape.of(config.width()));
        var bias = new float[config.width()];
        state.read(StateNames.EMBEDDING_BIAS, 0, bias, 0, bias.length);
        return bias;
    }

    private void addToRows(float[] bias, long offset, int count) {
        if (bias.length > 0) {
            var column = (int) (offset % bias.length);
            for (var i = 0; i < count; i++) {
                values[i] += bias[column];
                column = column + 1 == bias.length ? 0 : column + 1;
            }
        }
    }

    private void writeState(SequencedMap<String, Shape> weights, TreeMap<String, String> hashes) throws IOException {
        var specifications = specifications(weights);
        if (specifications.isEmpty()) {
            return;
        }
        var folder = Files.createDirectory(directory.resolve(StateNames.DIRECTORY));
        var named = new LinkedHashMap<String, TensorSpecification>();
        specifications.forEach((tensor, specification) -> named.put(StateNames.of(tensor), specification));
        try (var writer = ShardedSafetensorsWriter.create(
                folder, StateNames.FILE, named, mostShardBytes, SafetensorsWriter::createInOrder)) {
            for (var tensor : specifications.keySet()) {
                stream(tensor, (offset, count) -> writer.write(StateNames.of(tensor), offset, values, 0, count));
            }
            writer.complete();
            writer.hashes().forEach((file, hash) -> hashes.put(StateNames.DIRECTORY + "/" + file, hash));
        }
        DurableFiles.force(folder);
    }

    /** What model or adapter do not hold: moments, other parameters, and an embedding that is not folded there. */
    private SequencedMap<StateTensor, TensorSpecification> specifications(SequencedMap<String, Shape> weights) {
        var folded = state.tensors().containsKey(StateNames.EMBEDDING_BIAS);
        var specifications = new LinkedHashMap<StateTensor, TensorSpecification>();
        state.tensors().forEach((tensor, shape) -> {
            var inModel = tensor.kind() == Kind.PARAMETER && weights.containsKey(tensor.name());
            if (!inModel || folded && tensor.equals(StateNames.EMBEDDING)) {
                specifications.put(tensor, new TensorSpecification(DataType.F32, shape));
            }
        });
        return specifications;
    }

    /** Takes what is in {@link #values}. */
    private interface ChunkWriter {
        void write(long offset, int count) throws IOException;
    }

    private void stream(StateTensor tensor, ChunkWriter writer) throws IOException {
        var elements = state.tensors().get(tensor).elements();
        for (long offset = 0; offset < elements; offset += CHUNK) {
            var count = (int) Math.min(CHUNK, elements - offset);
            state.read(tensor, offset, values, 0, count);
            writer.write(offset, count);
        }
    }

    private void copy(Path companion) throws IOException {
        try (var content = Files.newInputStream(companion)) {
            DurableFiles.copy(content, directory.resolve(companion.getFileName()), done -> {});
        }
    }

    /** Small files are hashed after they are written. */
    private List<ManifestFile> manifestFiles(TreeMap<String, String> hashes) throws IOException {
        var files = new ArrayList<ManifestFile>();
        try (var walk = Files.walk(directory)) {
            for (var file : walk.filter(Files::isRegularFile).sorted().toList()) {
                var name = directory.relativize(file).toString();
                var hash = hashes.containsKey(name) ? hashes.get(name) : Sha256.of(file);
                files.add(new ManifestFile(name, Files.size(file), hash));
            }
        }
        return files;
    }
}
