package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.OptionalDouble;

/** Makes the engine of a run. */
@FunctionalInterface
public interface EngineFactory {
    /**
     * @param state that it begins with; it is closed when this returns
     * @throws IllegalArgumentException if model, devices and configuration don't fit together
     */
    Engine open(RunConfiguration configuration, GptjConfig model, TrainingState state) throws IOException;

    /** @param flopsPerSecond that its devices reach at most, all together; none where nobody knows */
    record Engine(TrainingEngine engine, OptionalDouble flopsPerSecond) {}
}
