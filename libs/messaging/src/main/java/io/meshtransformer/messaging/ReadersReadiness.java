package io.meshtransformer.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while each reader is where it has to be and has its broker. */
@Readiness
@ApplicationScoped
public class ReadersReadiness implements HealthCheck {
    private final Readers readers;

    public ReadersReadiness(Readers readers) {
        this.readers = readers;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Answers and cancellations");
        boolean all = true;
        for (var reader : readers.needed()) {
            boolean connected = reader.connected();
            response.withData(reader.name(), connected ? "reading" : "no connection to a broker");
            all &= connected;
        }
        return response.status(all).build();
    }
}
