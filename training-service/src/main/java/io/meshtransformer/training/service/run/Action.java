package io.meshtransformer.training.service.run;

import io.meshtransformer.contracts.TrainingEvent;

/** What is to be done. */
public sealed interface Action {
    /** Launch a worker, unless this very one is there. */
    record Launch(String run, int attempt) implements Action {}

    /** Ask the worker to commit and end. */
    record Stop(String run, int attempt) implements Action {}

    /** End the worker at once. */
    record Kill(String run, int attempt) implements Action {}

    /** Tell the world. */
    record Publish(TrainingEvent event) implements Action {}
}
