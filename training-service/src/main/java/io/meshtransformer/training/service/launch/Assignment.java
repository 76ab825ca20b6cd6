package io.meshtransformer.training.service.launch;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.training.service.run.State;

/**
 * What a worker is launched with.
 *
 * @param attempt which of the run's workers, from 1
 * @param launcher name of the one that launches it
 */
public record Assignment(String run, int attempt, String launcher, State state, JsonObject configuration) {
    public Assignment {
        requireNonNull(run, "run is null");
        requireNonNull(launcher, "launcher is null");
        requireNonNull(state, "state is null");
        requireNonNull(configuration, "configuration is null");
    }
}
