package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import java.io.IOException;

/** Makes engines of one kind. */
public interface EngineFactory {

    /** What {@code mtj.engine} calls it. */
    String name();

    /** Its name and all of the settings, beside the type of the weights, that results depend on. */
    default String label(EngineSettings settings) {
        return name();
    }

    /**
     * Says what is quickly seen to be wrong, before anything takes time.
     *
     * @throws RuntimeException if the model cannot be served with these settings; the message says why
     */
    default void check(GptjConfig config, EngineSettings settings) {
        // An engine that needs nothing but memory has nothing to say.
    }

    /** About how much of the heap a model will take with these settings; 0 where it lies elsewhere. */
    default long heapBytes(Checkpoint checkpoint, EngineSettings settings) {
        return 0;
    }

    /**
     * Loads a model; the checkpoint is not needed afterwards.
     *
     * @param progress hears how far the weights are loaded
     * @throws IllegalArgumentException if the settings make no sense for this engine
     */
    InferenceEngine load(Checkpoint checkpoint, EngineSettings settings, LoadProgress progress) throws IOException;
}
