package io.meshtransformer.evaluation.service.control;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;

/** A command that can't be carried out as it is; ends its transaction. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String parameter;

    /** @param parameter the field at fault */
    public Refusal(FailureCode code, String message, String parameter) {
        super(message);
        this.code = requireNonNull(code, "code is null");
        this.parameter = requireNonNull(parameter, "parameter is null");
    }

    public static Refusal unknownEvaluation(String name) {
        return new Refusal(FailureCode.EVALUATION_NOT_FOUND, "there is no evaluation '" + name + "'", "evaluation");
    }

    public AnswerEvent.Failed asAnswer(String requestId) {
        return new AnswerEvent.Failed(requestId, code, getMessage(), parameter);
    }
}
