package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.evaluation.EvaluationMachine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Makes the parts that know nothing of Quarkus out of the configuration. */
@ApplicationScoped
public class Parts {
    @Produces
    @Singleton
    EvaluationMachine machine(EvaluationConfiguration configuration) {
        return new EvaluationMachine(configuration.patience());
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }
}
