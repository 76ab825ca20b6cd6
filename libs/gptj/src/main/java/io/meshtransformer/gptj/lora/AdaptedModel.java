package io.meshtransformer.gptj.lora;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A model with adapters that were trained, their moments with them, as the state from which a run goes on. Its step is
 * theirs. Closing it closes both.
 */
public final class AdaptedModel implements TrainingState {
    private final TrainingState model;
    private final TrainingState adapters;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();

    /**
     * @param model its weights; moments are left out
     * @throws IllegalArgumentException if a tensor of the adapters is a weight of the model
     */
    public AdaptedModel(TrainingState model, TrainingState adapters) {
        this.model = model;
        this.adapters = adapters;
        model.tensors().forEach((tensor, shape) -> {
            if (tensor.kind() == Kind.PARAMETER) {
                tensors.put(tensor, shape);
            }
        });
        adapters.tensors().forEach((tensor, shape) -> {
            if (tensors.put(tensor, shape) != null) {
                throw new IllegalArgumentException(tensor.name() + " is a weight of the model and no adapter");
            }
        });
    }

    @Override
    public long step() {
        return adapters.step();
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        if (!tensors.containsKey(tensor)) {
            throw new IllegalArgumentException("a model with adapters has no " + tensor);
        }
        var owner = adapters.tensors().containsKey(tensor) ? adapters : model;
        owner.read(tensor, offset, values, from, count);
    }

    @Override
    public void close() throws IOException {
        try (model) {
            adapters.close();
        }
    }
}
