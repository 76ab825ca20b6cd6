package io.meshtransformer.gptj.training;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A model without an optimiser, as the start of a run. Closing it closes the checkpoint. */
public record ModelState(Checkpoint checkpoint) implements TrainingState {
    @Override
    public long step() {
        return 0;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return parameters(GptjTensors.shapes(checkpoint.config()));
    }

    /** Weights as tensors of a state. */
    public static SequencedMap<StateTensor, Shape> parameters(SequencedMap<String, Shape> shapes) {
        var tensors = new LinkedHashMap<StateTensor, Shape>();
        shapes.forEach((name, shape) -> tensors.put(new StateTensor(StateTensor.Kind.PARAMETER, name), shape));
        return tensors;
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        if (tensor.kind() != StateTensor.Kind.PARAMETER) {
            throw new IllegalArgumentException("a model has no " + tensor);
        }
        checkpoint.read(tensor.name(), offset, values, from, count);
    }

    @Override
    public void close() throws IOException {
        checkpoint.close();
    }
}
