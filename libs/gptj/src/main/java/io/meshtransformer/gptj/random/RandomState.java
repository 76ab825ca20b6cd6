package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.ModelState;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import java.util.Objects;
import java.util.SequencedMap;

/** A new model as the start of a run: its weights are made when they are read and lie nowhere. */
public final class RandomState implements TrainingState {
    private final SequencedMap<StateTensor, Shape> tensors;
    private final RandomWeights weights;

    public RandomState(GptjConfig config, long seed) {
        this.tensors = ModelState.parameters(GptjTensors.shapes(config));
        this.weights = new RandomWeights(config, seed);
    }

    @Override
    public long step() {
        return 0;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
        var shape = tensors.get(tensor);
        if (shape == null) {
            throw new IllegalArgumentException("a new model has no " + tensor);
        }
        Objects.checkFromIndexSize(offset, count, shape.elements());
        weights.read(tensor.name(), offset, values, from, count);
    }

    @Override
    public void close() {}
}
