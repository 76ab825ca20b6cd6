package io.meshtransformer.tokenizer.service;

import io.meshtransformer.serving.OfferedModel;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up while prompts are taken; the service does not start without a model or without its topics. */
@Readiness
@ApplicationScoped
public class ModelReadiness implements HealthCheck {
    private final OfferedModel model;
    private final Workers workers;

    public ModelReadiness(OfferedModel model, Workers workers) {
        this.model = model;
        this.workers = workers;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("model")
                .withData("name", model.name())
                .withData("tokenizer", model.tokenizer().isPresent())
                .status(!workers.stopping())
                .build();
    }
}
