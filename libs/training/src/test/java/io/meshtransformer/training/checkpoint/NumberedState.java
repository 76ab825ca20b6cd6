package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** A training state whose every element is a function of step, tensor and place. */
final class NumberedState implements TrainingState {
    static final GptjConfig CONFIG = new GptjConfig(16, 8, 8, 1, 2, 4, 32, 1e-5f, 15, 15);

    private final long step;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();
    boolean closed;

    private NumberedState(long step, boolean embeddingBias) {
        this.step = step;
        var shapes = new LinkedHashMap<>(GptjTensors.shapes(CONFIG));
        if (embeddingBias) {
            shapes.put(StateTensor.EMBEDDING_BIAS, Shape.of(CONFIG.width()));
        }
        for (var kind : Kind.values()) {
            shapes.forEach((name, shape) -> tensors.put(new StateTensor(kind, name), shape));
        }
    }

    static NumberedState of(long step) {
        return new NumberedState(step, false);
    }

    static NumberedState withEmbeddingBias(long step) {
        return new NumberedState(step, true);
    }

    static CheckpointInfo info(long step, double validationLoss, List<Path> companions) {
        return new CheckpointInfo(
                CONFIG,
                companions,
                JsonNodeFactory.instance.objectNode().put("window", step * 4),
                JsonNodeFactory.instance.objectNode().put("run", "numbered"),
                OptionalDouble.of(validationLoss));
    }

    static CheckpointInfo info(long step) {
        return info(step, 3, List.of());
    }

    static float value(long step, StateTensor tensor, long at) {
        return Objects.hash(step, tensor.kind().ordinal(), tensor.name(), at) * 0x1p-40f;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
        for (var i = 0; i < count; i++) {
            values[from + i] = value(step, tensor, offset + i);
        }
    }

    /** Every tensor of a state, element by element. */
    static void requireNumbered(TrainingState state, long step) throws IOException {
        assertThat(state.step()).isEqualTo(step);
        for (var tensor : state.tensors().keySet()) {
            var values = new float[(int) state.tensors().get(tensor).elements()];
            state.read(tensor, 0, values, 0, values.length);
            for (var i = 0; i < values.length; i++) {
                if (values[i] != value(step, tensor, i)) {
                    throw new AssertionError(
                            "element " + i + " of " + tensor + " is " + values[i] + " in the state of step " + step);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
