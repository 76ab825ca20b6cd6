package io.meshtransformer.gateway.model;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while it is known which models are served, that is while questions are answered. */
@Readiness
public final class ModelReadiness implements HealthCheck {
    private final ModelCatalog catalog;

    ModelReadiness(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Models known")
                .status(catalog.isFresh())
                .build();
    }
}
