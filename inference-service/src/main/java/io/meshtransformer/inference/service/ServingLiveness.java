package io.meshtransformer.inference.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down once this process can only be helped by a restart. */
@Liveness
@ApplicationScoped
public class ServingLiveness implements HealthCheck {

    private final InferenceServer server;

    public ServingLiveness(InferenceServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        var trouble = server.trouble();
        var response = HealthCheckResponse.named("worker").status(trouble == null);
        return trouble == null
                ? response.build()
                : response.withData("trouble", trouble).build();
    }
}
