package io.meshtransformer.evaluation.metric;

import static io.meshtransformer.evaluation.metric.Quantity.ACC;
import static io.meshtransformer.evaluation.metric.Quantity.ACC_BYTES;
import static io.meshtransformer.evaluation.metric.Quantity.ACC_NORM;
import static io.meshtransformer.evaluation.metric.Quantity.BYTES;
import static io.meshtransformer.evaluation.metric.Quantity.EXACT_MATCH;
import static io.meshtransformer.evaluation.metric.Quantity.LOGPROB;
import static io.meshtransformer.evaluation.metric.Quantity.WORDS;

import java.util.List;
import java.util.Optional;

/** The metrics there are. */
final class Metrics {
    private static final List<Metric> ALL = List.of(
            share("acc", ACC),
            share("acc_norm", ACC_NORM),
            share("acc_bytes", ACC_BYTES),
            share("exact_match", EXACT_MATCH),
            surprise("perplexity", Optional.empty(), Aggregation.PERPLEXITY),
            surprise("word_perplexity", Optional.of(WORDS), Aggregation.PERPLEXITY),
            surprise("byte_perplexity", Optional.of(BYTES), Aggregation.PERPLEXITY),
            surprise("bits_per_byte", Optional.of(BYTES), Aggregation.BITS));

    private Metrics() {}

    static Optional<MetricDefinition> named(String name) {
        return ALL.stream()
                .filter(metric -> metric.name().equals(name))
                .map(MetricDefinition.class::cast)
                .findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(Metric::name).toList();
    }

    private static Metric share(String name, Quantity quantity) {
        return new Metric(name, true, quantity, Optional.empty(), Aggregation.MEAN);
    }

    private static Metric surprise(String name, Optional<Quantity> weight, Aggregation aggregation) {
        return new Metric(name, false, LOGPROB, weight, aggregation);
    }
}
