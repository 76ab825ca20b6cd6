package io.meshtransformer.contracts;

import static java.util.Objects.requireNonNull;

/** A request that cannot be served as it is; the message is for the requester and names the value and the limit. */
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

    public static RequestRefusedException invalid(String message, String parameter) {
        return new RequestRefusedException(FailureCode.INVALID_REQUEST, message, parameter);
    }

    public FailureCode code() {
        return code;
    }

    /** The field at fault, or null. */
    public String parameter() {
        return parameter;
    }

    public AnswerEvent.Failed asAnswer(String requestId) {
        return new AnswerEvent.Failed(requestId, code, getMessage(), parameter);
    }
}
