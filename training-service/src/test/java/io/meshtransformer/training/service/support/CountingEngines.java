package io.meshtransformer.training.service.support;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.run.EngineFactory;
import io.meshtransformer.training.run.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Engines all of whose weights are one number, made of every id that was seen and of their order: a window missed or seen
 * twice makes another number for ever.
 */
public final class CountingEngines implements EngineFactory {
    private static final Duration SLOW = Duration.ofMillis(20);

    private final Path hurry;

    /** @param hurry a file; a step takes 20 ms while it is not there, and no time from then on */
    public CountingEngines(Path hurry) {
        this.hurry = hurry;
    }

    @Override
    public Engine open(RunConfiguration configuration, GptjConfig model, TrainingState state) throws IOException {
        var value = new float[1];
        state.read(state.tensors().firstEntry().getKey(), 0, value, 0, 1);
        var start = state.step() == 0 ? 1 : value[0];
        return new Engine(
                new CountingEngine(model, configuration.shape(), hurry, state.step(), start), OptionalDouble.empty());
    }

    private static final class CountingEngine implements TrainingEngine {
        private final GptjConfig config;
        private final TrainingShape shape;
        private final Path hurry;
        private long step;
        private float weight;

        CountingEngine(GptjConfig config, TrainingShape shape, Path hurry, long step, float weight) {
            this.config = config;
            this.shape = shape;
            this.hurry = hurry;
            this.step = step;
            this.weight = weight;
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
            weight = (weight * 31 + Arrays.hashCode(windows) % 1000) % 1000;
            var result = new StepResult(step, learningRate, weight, weight, 0, weight, 0, 0.5, 1);
            return () -> {
                if (!Files.exists(hurry)) {
                    LockSupport.parkNanos(SLOW.toNanos());
                }
                return result;
            };
        }

        @Override
        public double[] evaluate(int[] windows) {
            var losses = new double[windows.length / shape.windowTokens()];
            Arrays.fill(losses, Math.abs(weight));
            return losses;
        }

        @Override
        public TrainingState snapshot() {
            return new Snapshot(config, step, weight);
        }

        @Override
        public void close() {}
    }

    private record Snapshot(GptjConfig config, long step, float weight) implements TrainingState {
        @Override
        public SequencedMap<StateTensor, Shape> tensors() {
            var tensors = new LinkedHashMap<StateTensor, Shape>();
            GptjTensors.shapes(config)
                    .forEach((name, shape) -> tensors.put(new StateTensor(StateTensor.Kind.PARAMETER, name), shape));
            return tensors;
        }

        @Override
        public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
            Arrays.fill(values, from, from + count, weight);
        }

        @Override
        public void close() {}
    }
}
