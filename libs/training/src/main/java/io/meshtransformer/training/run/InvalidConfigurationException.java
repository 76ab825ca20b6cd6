package io.meshtransformer.training.run;

import java.util.List;

/** A run's configuration has mistakes; all are named at once. */
public final class InvalidConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public InvalidConfigurationException(List<String> problems) {
        super("the run's configuration is not valid: " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Sentences that name key, value and limit. */
    public List<String> problems() {
        return problems;
    }
}
