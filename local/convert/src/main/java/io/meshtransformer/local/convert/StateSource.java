package io.meshtransformer.local.convert;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.AbstractModelSource;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.training.checkpoint.StoredState;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;

/** A checkpoint of a run of ours. */
final class StateSource extends AbstractModelSource {
    private final StoredState state;
    private final List<String> remarks;

    StateSource(StoredState state, List<String> remarks) {
        this.state = state;
        this.remarks = List.copyOf(remarks);
    }

    @Override
    public GptjConfig config() {
        return state.config();
    }

    @Override
    public DataType type() {
        return DataType.F32;
    }

    @Override
    public long step() {
        return state.step();
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return state.tensors();
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        var width = ModelSource.columns(tensors().get(tensor));
        if (columns == width) {
            state.read(tensor, row * width, values, from, rows * columns);
            return;
        }
        for (var i = 0; i < rows; i++) {
            state.read(tensor, (row + i) * width + column, values, from + i * columns, columns);
        }
    }

    @Override
    public void close() throws IOException {
        state.close();
    }

    @Override
    public String toString() {
        return state.checkpoint().directory().toString();
    }
}
