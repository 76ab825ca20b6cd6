package io.meshtransformer.tokenizer.service.prompt;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;

/** A request that cannot be served as it is; the message is for the requester. */
public final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String parameter;

    /** @param parameter the field at fault, as it is called over HTTP, or null */
    public RequestRefusedException(FailureCode code, String message, String parameter) {
        super(message);
        this.code = requireNonNull(code, "code is null");
        this.parameter = parameter;
    }

    static RequestRefusedException invalid(String message, String parameter) {
        return new RequestRefusedException(FailureCode.INVALID_REQUEST, message, parameter);
    }

    AnswerEvent.Failed asAnswer(String requestId) {
        return new AnswerEvent.Failed(requestId, code, getMessage(), parameter);
    }
}
