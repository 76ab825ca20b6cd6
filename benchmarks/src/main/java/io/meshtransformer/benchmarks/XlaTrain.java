package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.xla.training.XlaTrainingEngine;
import io.meshtransformer.xla.training.XlaTrainingOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A training step of the configuration of {@code stories}, fp32, 16 x 256 tokens on a CPU, in turns with JAX's own; both keep their activations. */
final class XlaTrain {
    private static final GptjConfig CONFIG = new GptjConfig(4096, 256, 256, 6, 8, 16, 1024, 1e-5f, 4095, 4095);
    private static final TrainingShape SHAPE = new TrainingShape(16, 1, 256);
    private static final double RATE = 1e-3;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 30;

    private XlaTrain() {}

    /** @param python that has JAX and optax */
    static void run(String python) throws IOException {
        try (var engine = XlaTrainingEngine.create(
                CONFIG,
                new SmallNumbers(),
                XlaTrainingOptions.defaults("cpu", SHAPE).withRematerialise(false))) {
            var windows = new int[SHAPE.windows() * SHAPE.windowTokens()];
            for (var i = 0; i < windows.length; i++) {
                windows[i] = i * 31 % CONFIG.vocabularySize();
            }
            new JaxTurns("jax_train.py", WARM_UP, ROUNDS)
                    .run(python, () -> engine.start(windows, RATE).await());
        }
    }

    /** Weights of no meaning: time does not depend on them. */
    private record SmallNumbers() implements TrainingState {
        @Override
        public long step() {
            return 0;
        }

        @Override
        public SequencedMap<StateTensor, Shape> tensors() {
            var tensors = new LinkedHashMap<StateTensor, Shape>();
            GptjTensors.shapes(CONFIG)
                    .forEach((name, shape) -> tensors.put(new StateTensor(Kind.PARAMETER, name), shape));
            return tensors;
        }

        @Override
        public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
            for (var i = 0; i < count; i++) {
                values[from + i] = ((offset + i) * 7 % 251 - 125) * 3e-4f;
            }
        }

        @Override
        public void close() {}
    }
}
