package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.results.ResultProjection;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up while evaluations are looked after; broker and database have checks of their own. */
@Readiness
@ApplicationScoped
public class ControlReadiness implements HealthCheck {
    private final Lifecycle lifecycle;
    private final ResultProjection projection;

    ControlReadiness(Lifecycle lifecycle, ResultProjection projection) {
        this.lifecycle = lifecycle;
        this.projection = projection;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("evaluations")
                .status(lifecycle.going())
                .build();
    }
}
