package io.meshtransformer.testkit;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.SequencedMap;

/** A state as if so many steps had led to it. */
public record StateAtStep(TrainingState state, long step) implements TrainingState {
    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return state.tensors();
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        state.read(tensor, offset, values, from, count);
    }

    @Override
    public void close() throws IOException {
        state.close();
    }
}
