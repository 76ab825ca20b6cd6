package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.FailureCode;

/** A request that cannot be served as it is; the message names the value and the limit. */
public final class RequestRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String parameter;

    /** @param parameter the request field at fault, or null */
    public RequestRefusedException(FailureCode code, String message, String parameter) {
        super(message);
        this.code = requireNonNull(code, "code is null");
        this.parameter = parameter;
    }

    public FailureCode code() {
        return code;
    }

    public String parameter() {
        return parameter;
    }
}
