package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.TreeMap;

/** An engine whose weight is the sum of all ids that it has seen, so that nothing can be missed or seen twice. */
final class CountingEngine implements TrainingEngine {
    static final GptjConfig CONFIG = new GptjConfig(100, 8, 8, 1, 1, 8, 32, 1e-5f, 99, 99);
    static final StateTensor WEIGHT = new StateTensor(StateTensor.Kind.PARAMETER, "weight");

    private final TrainingShape shape;
    private final long divergesAt;
    private long step;
    private double weight;
    private int inFlight;
    private int mostInFlight;

    CountingEngine(TrainingShape shape, long step, double weight, long divergesAt) {
        this.shape = shape;
        this.step = step;
        this.weight = weight;
        this.divergesAt = divergesAt;
    }

    CountingEngine(TrainingShape shape) {
        this(shape, 0, 0, -1);
    }

    int mostInFlight() {
        return mostInFlight;
    }

    double weight() {
        return weight;
    }

    @Override
    public GptjConfig config() {
        return CONFIG;
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
        weight = weight * 1.5 + Arrays.stream(windows).sum();
        inFlight++;
        mostInFlight = Math.max(mostInFlight, inFlight);
        var loss = step == divergesAt ? Double.NaN : weight;
        var result = new StepResult(step, learningRate, loss, loss, 0, loss, 0, 0.5, 1);
        return () -> {
            inFlight--;
            return result;
        };
    }

    @Override
    public double[] evaluate(int[] windows) {
        var sums = new double[windows.length / shape.windowTokens()];
        for (var i = 0; i < windows.length; i++) {
            sums[i / shape.windowTokens()] += windows[i];
        }
        return sums;
    }

    @Override
    public TrainingState snapshot() {
        var taken = step;
        var value = (float) weight;
        return new TrainingState() {
            @Override
            public long step() {
                return taken;
            }

            @Override
            public SequencedMap<StateTensor, Shape> tensors() {
                var tensors = new TreeMap<StateTensor, Shape>((a, b) -> a.name().compareTo(b.name()));
                tensors.put(WEIGHT, Shape.of(1));
                return tensors;
            }

            @Override
            public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
                values[from] = value;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
