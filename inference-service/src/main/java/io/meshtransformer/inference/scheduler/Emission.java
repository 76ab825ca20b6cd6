package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;

/** An event for whoever made a submission. */
public record Emission(Submission submission, AnswerEvent event) {

    public Emission {
        requireNonNull(submission, "submission is null");
        requireNonNull(event, "event is null");
    }
}
