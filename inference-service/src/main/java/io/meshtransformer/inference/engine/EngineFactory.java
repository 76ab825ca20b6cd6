package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.InferenceEngine;
import java.io.IOException;
import java.util.function.DoubleConsumer;

/** Makes engines of one kind. */
public interface EngineFactory {

    /** What {@code mtj.engine} calls it. */
    String name();

    /**
     * Says what is quickly seen to be wrong, before anything takes time.
     *
     * @throws RuntimeException if the model cannot be served with these settings; the message says why
     */
    default void check(GptjConfig config, EngineSettings settings) {
        // An engine that needs nothing but memory has nothing to say.
    }

    /**
     * Loads a model; the checkpoint is not needed afterwards.
     *
     * @param progress hears which share of the weights is loaded, 0 to 1, from any thread
     * @throws IllegalArgumentException if the settings make no sense for this engine
     */
    InferenceEngine load(Checkpoint checkpoint, EngineSettings settings, DoubleConsumer progress) throws IOException;
}
