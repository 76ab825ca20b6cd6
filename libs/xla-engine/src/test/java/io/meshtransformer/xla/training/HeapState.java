package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A small run's state in arrays of the heap. */
record HeapState(long step, SequencedMap<StateTensor, Shape> tensors, SequencedMap<StateTensor, float[]> values)
        implements TrainingState {
    static HeapState empty(long step) {
        return new HeapState(step, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** A model that nobody has trained yet. */
    static HeapState ofModel(Path directory) throws IOException {
        var state = empty(0);
        try (var checkpoint = Checkpoint.open(directory)) {
            for (var weight : GptjTensors.shapes(checkpoint.config()).entrySet()) {
                state.put(
                        new StateTensor(Kind.PARAMETER, weight.getKey()),
                        weight.getValue(),
                        checkpoint.read(weight.getKey()));
            }
        }
        return state;
    }

    /** Reads all of a state, in pieces that end at no line's end, and closes it. */
    static HeapState copyOf(TrainingState state) throws IOException {
        try (state) {
            var copy = empty(state.step());
            for (var tensor : state.tensors().entrySet()) {
                var values = new float[Math.toIntExact(tensor.getValue().elements())];
                for (var from = 0; from < values.length; from += 1001) {
                    state.read(tensor.getKey(), from, values, from, Math.min(1001, values.length - from));
                }
                copy.put(tensor.getKey(), tensor.getValue(), values);
            }
            return copy;
        }
    }

    void put(StateTensor tensor, Shape shape, float[] elements) {
        tensors.put(tensor, shape);
        values.put(tensor, elements);
    }

    float[] parameter(String name) {
        return values.get(new StateTensor(Kind.PARAMETER, name));
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] target, int from, int count) {
        System.arraycopy(values.get(tensor), Math.toIntExact(offset), target, from, count);
    }

    @Override
    public void close() {}
}
