package io.meshtransformer.training.checkpoint;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A committed checkpoint, open for reading: the bits that were committed. Its files may lose their names meanwhile.
 *
 * <p>Weights come first, in the order of {@link GptjTensors#shapes}, or adapters where there is no model; then what lies
 * in {@code state/}.
 */
public final class StoredState implements TrainingState {
    private final CommittedCheckpoint checkpoint;
    private final StoredWeights weights;
    private final List<SafetensorsFile> files;
    private final Map<StateTensor, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();

    private StoredState(CommittedCheckpoint checkpoint, StoredWeights weights, List<SafetensorsFile> files)
            throws CheckpointException {
        this.checkpoint = checkpoint;
        this.weights = weights;
        this.files = files;
        weights.shapes().forEach((name, shape) -> tensors.put(new StateTensor(Kind.PARAMETER, name), shape));
        for (var file : files) {
            for (var entry : file.entries().values()) {
                var tensor = StateNames.parse(entry.name())
                        .orElseThrow(() -> new CheckpointException.Damaged(
                                file.file(), "tensor " + entry.name() + " is none of a training state"));
                fileOfTensor.put(tensor, file);
                tensors.put(tensor, entry.shape());
            }
        }
    }

    static StoredState open(CommittedCheckpoint checkpoint) throws IOException {
        var weights = StoredWeights.open(checkpoint);
        var files = new ArrayList<SafetensorsFile>();
        try {
            for (var file : checkpoint.manifest().files()) {
                if (file.name().startsWith(StateNames.DIRECTORY + "/")) {
                    files.add(SafetensorsFile.open(checkpoint.directory().resolve(file.name())));
                }
            }
            return new StoredState(checkpoint, weights, files);
        } catch (Throwable e) {
            try {
                close(weights, files);
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    public CommittedCheckpoint checkpoint() {
        return checkpoint;
    }

    /** Of the model; of adapters, that of their base. */
    public GptjConfig config() {
        return weights.config();
    }

    @Override
    public long step() {
        return checkpoint.step();
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        if (!tensors.containsKey(tensor)) {
            throw new IllegalArgumentException(
                    "there is no " + StateNames.of(tensor) + " in " + checkpoint.directory());
        }
        var file = fileOfTensor.get(tensor);
        if (file == null) {
            weights.read(tensor.name(), offset, values, from, count);
        } else {
            file.read(StateNames.of(tensor), offset, values, from, count);
        }
    }

    @Override
    public void close() throws IOException {
        close(weights, files);
    }

    private static void close(StoredWeights weights, List<SafetensorsFile> files) throws IOException {
        IOException failure = null;
        var all = new ArrayList<Closeable>(files.size() + 1);
        all.add(weights);
        files.forEach(file -> all.add(file::close));
        for (var file : all) {
            try {
                file.close();
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
