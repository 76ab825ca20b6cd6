package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.event.EventStreams;
import io.meshtransformer.messaging.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The streams of evaluation events, from the gateway's start to its stop. */
@Singleton
final class EvaluationStreams {
    private final EventStreams<EvaluationEvent> streams;

    EvaluationStreams(EventLog<EvaluationEvent> log, GatewayConfiguration configuration, MeterRegistry metrics) {
        var evaluations = configuration.evaluations();
        this.streams = new EventStreams<>(
                log,
                new EvaluationEventForm(),
                evaluations.buffer(),
                evaluations.streams(),
                configuration.streams().keepAlive());
        metrics.gauge("mtj.gateway.evaluations.streams", streams.open());
    }

    void start(@Observes StartupEvent event) {
        streams.start();
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        streams.stop();
    }

    EventStreams<EvaluationEvent> streams() {
        return streams;
    }
}
