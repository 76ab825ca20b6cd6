package io.meshtransformer.evaluation.service.evaluation;

import java.time.Instant;

/** What is to be done. */
public sealed interface Action {
    /** Ask for a checkpoint to be served. */
    record Publish(long evaluation, Evaluation.Checkpoint checkpoint) implements Action {}

    /** Ask what answers for a model. @param deadline after which nobody waits for the answer */
    record Describe(long evaluation, String model, Instant deadline) implements Action {}
}
