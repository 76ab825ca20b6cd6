package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.RunState;
import io.meshtransformer.training.service.store.RunRepository;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;

/** How many runs are in each state, and what came in. */
@Singleton
public final class TrainingMetrics {
    private final MeterRegistry registry;
    private final MultiGauge runs;
    private final RunRepository repository;

    TrainingMetrics(MeterRegistry registry, RunRepository repository) {
        this.registry = registry;
        this.repository = repository;
        this.runs = MultiGauge.builder("mtj.training.runs")
                .description("Runs by state")
                .register(registry);
    }

    /** Part of its caller's transaction. */
    void count() {
        var counts = repository.counts();
        runs.register(
                Arrays.stream(RunState.values())
                        .map(state -> MultiGauge.Row.of(
                                Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                                counts.getOrDefault(state, 0L)))
                        .toList(),
                true);
    }

    void heard(int events) {
        registry.counter("mtj.training.events").increment(events);
    }
}
