package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.evaluation.service.results.ResultProjection;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** How many evaluations are in each state, and how far the projection is behind. */
@Singleton
public final class EvaluationMetrics {
    private final MultiGauge evaluations;

    EvaluationMetrics(MeterRegistry registry, ResultProjection projection) {
        this.evaluations = MultiGauge.builder("mtj.evaluation.evaluations")
                .description("Evaluations by state")
                .register(registry);
        Gauge.builder("mtj.evaluation.projection.lag", projection, ResultProjection::lag)
                .description("Results of this instance's partitions that are not in the database yet")
                .register(registry);
    }

    void count(Map<EvaluationState, Long> counts) {
        evaluations.register(
                Arrays.stream(EvaluationState.values())
                        .map(state -> MultiGauge.Row.of(
                                Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                                counts.getOrDefault(state, 0L)))
                        .toList(),
                true);
    }
}
