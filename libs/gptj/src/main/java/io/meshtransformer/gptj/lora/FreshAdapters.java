package io.meshtransformer.gptj.lora;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.random.Philox;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A model with new adapters, as the start of a run: A is uniform within the root of 1 / in, as PEFT has it, B is zero, so
 * that the model is what it was. Closing it closes the model.
 */
public final class FreshAdapters implements TrainingState {
    /** Keeps these random bits apart from those of weights and of sampling under the same seed. */
    private static final long DOMAIN = 2L << 32;

    private final TrainingState model;
    private final long seed;
    private final SequencedMap<String, Shape> adapters;
    private final List<String> names;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();

    /** @param model its weights; moments are left out */
    public FreshAdapters(TrainingState model, GptjConfig config, LoraOptions options, long seed) {
        this.model = model;
        this.seed = seed;
        this.adapters = options.shapes(config);
        this.names = new ArrayList<>(adapters.keySet());
        model.tensors().forEach((tensor, shape) -> {
            if (tensor.kind() == Kind.PARAMETER) {
                tensors.put(tensor, shape);
            }
        });
        adapters.forEach((name, shape) -> tensors.put(new StateTensor(Kind.PARAMETER, name), shape));
    }

    @Override
    public long step() {
        return 0;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        var shape = tensors.get(tensor);
        if (shape == null) {
            throw new IllegalArgumentException("a model with new adapters has no " + tensor);
        }
        if (!adapters.containsKey(tensor.name())) {
            model.read(tensor, offset, values, from, count);
            return;
        }
        Objects.checkFromIndexSize(from, count, values.length);
        Objects.checkFromIndexSize(offset, count, shape.elements());
        var bound =
                Adapter.isDown(tensor.name()) ? 1 / Math.sqrt(shape.dimensions().getLast()) : 0;
        var number = DOMAIN | names.indexOf(tensor.name());
        for (var i = 0; i < count; i++) {
            values[from + i] = (float) (bound * (2 * Philox.uniform(seed, offset + i, number) - 1));
        }
    }

    @Override
    public void close() throws IOException {
        model.close();
    }
}
