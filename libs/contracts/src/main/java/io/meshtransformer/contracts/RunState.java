package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a training run stands. */
public enum RunState {
    /** Kept, and not looked at yet. */
    @JsonProperty("accepted")
    ACCEPTED(false),
    /** Waits for a place among those that may run at once. */
    @JsonProperty("queued")
    QUEUED(false),
    /** A worker is launched and has not said yet that it trains. */
    @JsonProperty("starting")
    STARTING(false),
    @JsonProperty("running")
    RUNNING(false),
    /** Its worker was told to make room, committed and goes; another is started as soon as there is a place. */
    @JsonProperty("preempted")
    PREEMPTED(false),
    /** Its worker died or fell silent; another is started after a pause. */
    @JsonProperty("restarting")
    RESTARTING(false),
    /** Its worker was told to commit and stop for good. */
    @JsonProperty("cancelling")
    CANCELLING(false),
    @JsonProperty("finished")
    FINISHED(true),
    @JsonProperty("failed")
    FAILED(true),
    @JsonProperty("cancelled")
    CANCELLED(true);

    private final boolean ended;

    RunState(boolean ended) {
        this.ended = ended;
    }

    /** Whether nothing happens to the run until somebody asks for it. */
    public boolean ended() {
        return ended;
    }
}
