package io.meshtransformer.inference.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up while requests are taken: not before the model is loaded and warmed up. */
@Readiness
@ApplicationScoped
public class ServingReadiness implements HealthCheck {

    private final InferenceServer server;

    public ServingReadiness(InferenceServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("model").status(server.ready()).build();
    }
}
