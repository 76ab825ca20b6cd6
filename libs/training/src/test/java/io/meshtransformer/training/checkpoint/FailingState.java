package io.meshtransformer.training.checkpoint;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.SequencedMap;

/** Fails at a reading, as a snapshot does whose devices went away. */
final class FailingState implements TrainingState {
    private final TrainingState state;
    private int readings;

    FailingState(TrainingState state, int readings) {
        this.state = state;
        this.readings = readings;
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
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        if (readings-- == 0) {
            throw new IOException("the devices are gone");
        }
        state.read(tensor, offset, values, from, count);
    }

    @Override
    public void close() throws IOException {
        state.close();
    }
}
