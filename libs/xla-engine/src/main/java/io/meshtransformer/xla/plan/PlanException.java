package io.meshtransformer.xla.plan;

import java.io.Serial;

/** What was asked for can't be planned; the message is a sentence for the user, with what there is instead. */
public final class PlanException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public PlanException(String message) {
        super(message);
    }

    public PlanException(String message, Throwable cause) {
        super(message, cause);
    }
}
