package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.vector.VectorEngine;
import io.meshtransformer.vector.VectorEngineOptions;
import java.io.IOException;

/** The engine for CPUs. */
public final class VectorEngineFactory implements EngineFactory {

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public InferenceEngine load(Checkpoint checkpoint, EngineSettings settings, LoadProgress progress)
            throws IOException {
        return VectorEngine.load(checkpoint, options(checkpoint, settings), progress);
    }

    @Override
    public long heapBytes(Checkpoint checkpoint, EngineSettings settings) {
        var config = checkpoint.config();
        var options = options(checkpoint, settings);
        var weights =
                GptjTensors.parameters(config) * settings.format(checkpoint).bytes();
        return weights + options.workingBytes(config);
    }

    private static VectorEngineOptions options(Checkpoint checkpoint, EngineSettings settings) {
        var defaults = VectorEngineOptions.defaults(checkpoint.config()).withFormat(settings.format(checkpoint));
        var slots = settings.slots().orElse(defaults.slots());
        return defaults.withSlots(slots)
                .withKvTokens(settings.kvTokens().orElse(defaults.kvTokens()))
                .withThreads(settings.threads().orElse(defaults.threads()))
                // Every sequence takes an id and a row of a step, whatever prefill there is.
                .withStepTokens(Math.max(defaults.stepTokens(), slots + settings.prefillTokens()))
                .withStepLogits(Math.max(defaults.stepLogits(), slots + 1));
    }
}
