package io.meshtransformer.gateway.error;

import java.util.Optional;

/** Every way a request can be refused: status, and the {@code type} and {@code code} OpenAI clients look at. */
public enum ErrorKind {
    INVALID_JSON(400, "invalid_request_error", "invalid_json"),
    INVALID_VALUE(400, "invalid_request_error", "invalid_value"),
    MISSING_FIELD(400, "invalid_request_error", "missing_required_parameter"),
    UNSUPPORTED_FIELD(400, "invalid_request_error", "unsupported_parameter"),
    CONTEXT_LENGTH_EXCEEDED(400, "invalid_request_error", "context_length_exceeded"),
    TOKENIZER_UNAVAILABLE(400, "invalid_request_error", "tokenizer_unavailable"),
    INVALID_API_KEY(401, "invalid_request_error", "invalid_api_key"),
    MODEL_NOT_FOUND(404, "invalid_request_error", "model_not_found"),
    RUN_NOT_FOUND(404, "invalid_request_error", "run_not_found"),
    CHECKPOINT_NOT_FOUND(404, "invalid_request_error", "checkpoint_not_found"),
    EVALUATION_NOT_FOUND(404, "invalid_request_error", "evaluation_not_found"),
    /** An evaluation has none until it is finished. */
    RECEIPT_NOT_FOUND(404, "invalid_request_error", "receipt_not_found"),
    TASK_NOT_FOUND(404, "invalid_request_error", "task_not_found"),
    UNKNOWN_URL(404, "invalid_request_error", "unknown_url"),
    /** The place in the log to resume from is gone. */
    STREAM_NOT_FOUND(404, "invalid_request_error", "stream_not_found"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error", "method_not_allowed"),
    NOT_ACCEPTABLE(406, "invalid_request_error", "not_acceptable"),
    TIMEOUT(408, "timeout_error", "request_timeout"),
    CANCELLED(409, "invalid_request_error", "request_cancelled"),
    RUN_CONFLICT(409, "invalid_request_error", "run_conflict"),
    EVALUATION_CONFLICT(409, "invalid_request_error", "evaluation_conflict"),
    MODEL_CHANGED(409, "invalid_request_error", "model_changed"),
    TASK_DATA_UNAVAILABLE(409, "invalid_request_error", "task_data_unavailable"),
    BODY_TOO_LARGE(413, "invalid_request_error", "request_too_large"),
    UNSUPPORTED_MEDIA_TYPE(415, "invalid_request_error", "unsupported_media_type"),
    /** The framework refused a request for a reason of its own with a status of the 400s that has no kind here. */
    BAD_REQUEST(400, "invalid_request_error", "bad_request"),
    TOO_MANY_REQUESTS(429, "rate_limit_error", "too_many_requests"),
    INTERNAL(500, "server_error", "internal_error"),
    OVERLOADED(503, "server_error", "overloaded"),
    UNAVAILABLE(503, "server_error", "service_unavailable");

    private final int status;
    private final String type;
    private final String code;

    ErrorKind(int status, String type, String code) {
        this.status = status;
        this.type = type;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public String code() {
        return code;
    }

    /** Seconds after which to try again, where trying again may help. */
    public Optional<Integer> retryAfter() {
        return status == 429 || status == 503 ? Optional.of(1) : Optional.empty();
    }
}
