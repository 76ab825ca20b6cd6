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
     * The figure over documents in the task's order; it is the same bits whenever the outcomes are. A perplexity beyond
     * all numbers is infinite.
     *
     * @param outcomes of one document or more
     */
    double value(Outcomes outcomes);

    /** {@link #value(Outcomes)} of as many as a list holds well. */
    default double value(List<Outcome> outcomes) {
        return value(Outcomes.of(outcomes));
    }

    /**
     * Its standard error as lm-evaluation-harness computes it: of means the sample standard deviation over the root of
     * their number, of perplexity by its bootstrap of 100,000 samples. Of figures that are weighted by words or bytes the
     * harness gives none ("N/A"); here it is by the same bootstrap. Empty for a single document, and where it is beyond
     * all numbers.
     */
    OptionalDouble standardError(Outcomes outcomes);

    /** {@link #standardError(Outcomes)} of as many as a list holds well. */
    default OptionalDouble standardError(List<Outcome> outcomes) {
        return standardError(Outcomes.of(outcomes));
    }

    /**
     * Whether {@link #standardError} takes long (seconds for some thousand documents, on all processors), so that it is
     * computed at the end alone; until then {@link #running()} tells about as much.
     */
    boolean bootstrapped();

    /** An estimate of this metric, of no document yet. */
    RunningEstimate running();

    /** The metric of that name, one of {@link #names()}. */
    static Optional<MetricDefinition> named(String name) {
        return Metrics.named(name);
    }

    /** acc, acc_norm, acc_bytes, exact_match, perplexity, word_perplexity, byte_perplexity, bits_per_byte. */
    static List<String> names() {
        return Metrics.names();
    }
}
