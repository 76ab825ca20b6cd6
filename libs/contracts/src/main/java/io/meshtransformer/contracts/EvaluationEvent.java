package io.meshtransformer.contracts;

import java.time.Instant;

/**
 * A record of the topic {@code evaluation.events}, keyed by {@link #evaluation()}: how an evaluation stands, whenever its
 * state changes and about once a second while it runs. The later one holds; nothing is counted from these.
 *
 * @param description without its receipt
 */
public record EvaluationEvent(String evaluation, Instant time, EvaluationDescription description) {
    public EvaluationEvent {
        Required.field(evaluation, "evaluation");
        Required.field(time, "time");
        Required.field(description, "description");
    }
}
