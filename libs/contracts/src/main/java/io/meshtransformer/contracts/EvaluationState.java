package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where an evaluation stands. */
public enum EvaluationState {
    /** Kept; its tasks are known, and its turn has not come. */
    @JsonProperty("queued")
    QUEUED(false),
    /** Waits for its model to be served. */
    @JsonProperty("waiting")
    WAITING(false),
    @JsonProperty("running")
    RUNNING(false),
    /** Asks nothing until somebody resumes it; answers on their way are kept. */
    @JsonProperty("paused")
    PAUSED(false),
    @JsonProperty("finished")
    FINISHED(true),
    @JsonProperty("failed")
    FAILED(true),
    @JsonProperty("cancelled")
    CANCELLED(true);

    private final boolean ended;

    EvaluationState(boolean ended) {
        this.ended = ended;
    }

    /** Whether nothing happens to the evaluation until somebody asks for it. */
    public boolean ended() {
        return ended;
    }
}
