package io.meshtransformer.training.service.control;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;

/** A command that can't be carried out as it is; ends its transaction. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String parameter;

    /** @param parameter the field at fault */
    Refusal(FailureCode code, String message, String parameter) {
        super(message);
        this.code = requireNonNull(code, "code is null");
        this.parameter = requireNonNull(parameter, "parameter is null");
    }

    static Refusal unknownRun(String name) {
        return new Refusal(FailureCode.RUN_NOT_FOUND, "there is no run '" + name + "'", "run");
    }

    AnswerEvent asAnswer(String requestId) {
        return new AnswerEvent.Failed(requestId, code, getMessage(), parameter);
    }
}
