package io.meshtransformer.gateway.training;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.event.EventStreams;
import io.meshtransformer.messaging.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The streams of training events, from the gateway's start to its stop. */
@Singleton
final class TrainingStreams {
    private final EventStreams<TrainingEvent> streams;

    TrainingStreams(EventLog<TrainingEvent> log, GatewayConfiguration configuration, MeterRegistry metrics) {
        var training = configuration.training();
        this.streams = new EventStreams<>(
                log,
                new TrainingEventForm(),
                training.buffer(),
                training.streams(),
                configuration.streams().keepAlive());
        metrics.gauge("mtj.gateway.training.streams", streams.open());
    }

    void start(@Observes StartupEvent event) {
        streams.start();
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        streams.stop();
    }

    EventStreams<TrainingEvent> streams() {
        return streams;
    }
}
