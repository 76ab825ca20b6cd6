package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Has the tensors of a GPT-J and moves them by what it reads, with moments; its loss depends on all of them. So a run
 * that lost anything, or saw a window twice, has another curve. Where it is told which to train, the others stay.
 */
final class DriftingEngine implements TrainingEngine {
    private final GptjConfig config;
    private final TrainingShape shape;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();
    private final Map<StateTensor, float[]> values = new LinkedHashMap<>();
    private final SequencedMap<String, Shape> trained;
    private final double frozen;
    private long step;

    /** @param trained names that are in its snapshots */
    DriftingEngine(GptjConfig config, TrainingShape shape, SequencedMap<String, Shape> trained, TrainingState state)
            throws IOException {
        this.trained = trained;
        this.config = config;
        this.shape = shape;
        this.step = state.step();
        for (var kind : Kind.values()) {
            for (var entry : trained.entrySet()) {
                var tensor = new StateTensor(kind, entry.getKey());
                var elements = new float[(int) entry.getValue().elements()];
                if (state.tensors().containsKey(tensor)) {
                    state.read(tensor, 0, elements, 0, elements.length);
                }
                tensors.put(tensor, entry.getValue());
                values.put(tensor, elements);
            }
        }
        var sum = 0.0;
        for (var tensor : state.tensors().keySet()) {
            if (!tensors.containsKey(tensor)) {
                var elements = new float[(int) state.tensors().get(tensor).elements()];
                state.read(tensor, 0, elements, 0, elements.length);
                sum += sum(elements);
            }
        }
        this.frozen = sum;
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public TrainingShape shape() {
        return shape;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public PendingStep start(int[] windows, double learningRate) {
        step++;
        var read = Arrays.hashCode(windows) * 0x1p-31;
        for (var name : trained.keySet()) {
            var weights = values.get(new StateTensor(Kind.PARAMETER, name));
            var first = values.get(new StateTensor(Kind.FIRST_MOMENT, name));
            var second = values.get(new StateTensor(Kind.SECOND_MOMENT, name));
            for (var i = 0; i < weights.length; i++) {
                first[i] = (float) (0.9 * first[i] + read + 0.01 * weights[i]);
                second[i] = (float) (0.99 * second[i] + read * read);
                weights[i] -= (float) (learningRate * first[i] / (1 + Math.sqrt(second[i])));
            }
        }
        var loss = sum();
        var result = new StepResult(step, learningRate, loss, loss, 0, loss, 0, 0.5, 1);
        return () -> result;
    }

    private double sum() {
        return frozen
                + values.values().stream().mapToDouble(DriftingEngine::sum).sum();
    }

    private static double sum(float[] elements) {
        var sum = 0.0;
        for (var element : elements) {
            sum += element;
        }
        return sum;
    }

    @Override
    public double[] evaluate(int[] windows) {
        var losses = new double[windows.length / shape.windowTokens()];
        Arrays.fill(losses, Math.abs(sum()));
        return losses;
    }

    @Override
    public TrainingState snapshot() {
        var copies = new LinkedHashMap<StateTensor, float[]>();
        values.forEach((tensor, elements) -> copies.put(tensor, elements.clone()));
        var taken = step;
        return new TrainingState() {
            @Override
            public long step() {
                return taken;
            }

            @Override
            public SequencedMap<StateTensor, Shape> tensors() {
                return tensors;
            }

            @Override
            public void read(StateTensor tensor, long offset, float[] target, int from, int count) {
                System.arraycopy(copies.get(tensor), (int) offset, target, from, count);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
