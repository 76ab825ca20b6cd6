package io.meshtransformer.evaluation.metric;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A figure that a task reports, made of its documents' {@link Outcome}s. */
public interface MetricDefinition {
    /** As tasks name it, such as {@code acc_norm}. */
    String name();

    boolean higherIsBetter();

    /**
     * The figure over documents in the task's order; it is the same bits whenever the outcomes are.
     *
     * @param outcomes one or more
     */
    double value(List<Outcome> outcomes);

    /**
     * Its standard error as lm-evaluation-harness computes it: of means the sample standard deviation over the root of
     * their number, of others by 100,000 bootstrap draws. Empty for a single document, and where the harness gives none.
     */
    OptionalDouble standardError(List<Outcome> outcomes);

    /** Whether {@link #standardError} takes long (seconds), so that it is computed at the end alone. */
    boolean bootstrapped();

    /** The metric of that name: acc, acc_norm, acc_bytes, exact_match, perplexity, word_perplexity, byte_perplexity, bits_per_byte. */
    static Optional<MetricDefinition> named(String name) {
        return Metrics.named(name);
    }
}
