package io.meshtransformer.gateway.error;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.messaging.MessageTooLargeException;

/** What a failure behind the gateway means to a client. */
public final class Failures {
    private Failures() {}

    public static ApiException refusal(AnswerEvent.Failed failed) {
        return refusal(failed.code(), failed.message(), failed.parameter());
    }

    public static ApiException refusal(FailureCode code, String message, String parameter) {
        var kind =
                switch (code) {
                    case INVALID_REQUEST -> ErrorKind.INVALID_VALUE;
                    case MODEL_NOT_FOUND -> ErrorKind.MODEL_NOT_FOUND;
                    case CONTEXT_LENGTH_EXCEEDED -> ErrorKind.CONTEXT_LENGTH_EXCEEDED;
                    case TOKENIZER_UNAVAILABLE -> ErrorKind.TOKENIZER_UNAVAILABLE;
                    case OVERLOADED -> ErrorKind.OVERLOADED;
                    case DEADLINE_EXCEEDED -> ErrorKind.TIMEOUT;
                    case CANCELLED -> ErrorKind.CANCELLED;
                    case RUN_NOT_FOUND -> ErrorKind.RUN_NOT_FOUND;
                    case RUN_CONFLICT -> ErrorKind.RUN_CONFLICT;
                    case CHECKPOINT_NOT_FOUND -> ErrorKind.CHECKPOINT_NOT_FOUND;
                    case MODEL_CHANGED -> ErrorKind.MODEL_CHANGED;
                    case EVALUATION_NOT_FOUND -> ErrorKind.EVALUATION_NOT_FOUND;
                    case EVALUATION_CONFLICT -> ErrorKind.EVALUATION_CONFLICT;
                    case TASK_NOT_FOUND -> ErrorKind.TASK_NOT_FOUND;
                    case TASK_DATA_UNAVAILABLE -> ErrorKind.TASK_DATA_UNAVAILABLE;
                    case INTERNAL_ERROR -> ErrorKind.INTERNAL;
                };
        return new ApiException(kind, message, parameter);
    }

    /** @param reason why a stage of sending has failed */
    public static ApiException notPassedOn(Throwable reason) {
        return MessageTooLargeException.in(reason)
                .map(tooLarge -> new ApiException(
                        ErrorKind.BODY_TOO_LARGE,
                        "The request is too large to be passed on as one record: " + tooLarge.sizes()))
                .orElseGet(() -> new ApiException(
                        ErrorKind.UNAVAILABLE, "The request could not be passed on; please try again shortly"));
    }
}
