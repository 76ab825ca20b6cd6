package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a request has no answer. */
public enum FailureCode {
    @JsonProperty("invalid_request")
    INVALID_REQUEST(false),
    @JsonProperty("model_not_found")
    MODEL_NOT_FOUND(false),
    @JsonProperty("context_length_exceeded")
    CONTEXT_LENGTH_EXCEEDED(false),
    /** The model has no tokenizer: it takes and gives ids only. */
    @JsonProperty("tokenizer_unavailable")
    TOKENIZER_UNAVAILABLE(false),
    /** Every place in the queue is taken. */
    @JsonProperty("overloaded")
    OVERLOADED(true),
    @JsonProperty("deadline_exceeded")
    DEADLINE_EXCEEDED(true),
    @JsonProperty("cancelled")
    CANCELLED(false),
    @JsonProperty("run_not_found")
    RUN_NOT_FOUND(false),
    /** The name is taken by a run of another configuration. */
    @JsonProperty("run_conflict")
    RUN_CONFLICT(false),
    @JsonProperty("checkpoint_not_found")
    CHECKPOINT_NOT_FOUND(false),
    /** What answers for the model is not what the request was made for. */
    @JsonProperty("model_changed")
    MODEL_CHANGED(false),
    @JsonProperty("evaluation_not_found")
    EVALUATION_NOT_FOUND(false),
    /** The name is taken by an evaluation of other settings. */
    @JsonProperty("evaluation_conflict")
    EVALUATION_CONFLICT(false),
    @JsonProperty("task_not_found")
    TASK_NOT_FOUND(false),
    /** There is such a task, and its documents are not where they are looked for, or cannot be read. */
    @JsonProperty("task_data_unavailable")
    TASK_DATA_UNAVAILABLE(false),
    /** A fault of ours; the message names no internals. */
    @JsonProperty("internal_error")
    INTERNAL_ERROR(true);

    private final boolean retryable;

    FailureCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
