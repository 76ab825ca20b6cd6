package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;

/** A model directory in Hugging Face's layout, of safetensors. */
public final class CheckpointSource extends AbstractModelSource {
    private final Checkpoint checkpoint;
    private final SequencedMap<StateTensor, Shape> tensors;

    private CheckpointSource(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.tensors = ModelSource.parameters(checkpoint.config());
    }

    /** Opens a directory as {@link Checkpoint#open} does. */
    public static CheckpointSource open(Path directory) throws IOException {
        return new CheckpointSource(Checkpoint.open(directory));
    }

    @Override
    public GptjConfig config() {
        return checkpoint.config();
    }

    @Override
    public DataType type() {
        var types = tensors.keySet().stream()
                .map(tensor -> checkpoint.type(tensor.name()))
                .distinct()
                .toList();
        return types.size() == 1 ? types.getFirst() : DataType.F32;
    }

    /** None that a model would know of. */
    @Override
    public long step() {
        return 0;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        var width = ModelSource.columns(tensors.get(tensor));
        if (columns == width) {
            checkpoint.read(tensor.name(), row * width, values, from, rows * columns);
            return;
        }
        for (var i = 0; i < rows; i++) {
            checkpoint.read(tensor.name(), (row + i) * width + column, values, from + i * columns, columns);
        }
    }

    @Override
    public void close() throws IOException {
        checkpoint.close();
    }

    @Override
    public String toString() {
        return checkpoint.directory().toString();
    }
}
