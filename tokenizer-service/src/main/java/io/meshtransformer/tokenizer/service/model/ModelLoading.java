package io.meshtransformer.tokenizer.service.model;

import io.meshtransformer.serving.OfferedModel;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Loads the model while the service starts; without it the service does not start. */
@ApplicationScoped
public class ModelLoading {
    private static final Logger LOG = Logger.getLogger(ModelLoading.class);
    /** Before topics are created and channels opened: a wrong model is told at once. */
    private static final int FIRST = 100;

    @Produces
    @Singleton
    OfferedModel model(ModelConfiguration configuration) throws IOException {
        return OfferedModel.load(configuration.directory(), configuration.servedName());
    }

    void onStart(@Observes @Priority(FIRST) StartupEvent event, OfferedModel model) {
        LOG.infof(
                "'%s' is read: context %d, %s",
                model.name(),
                model.config().contextLength(),
                model.tokenizer()
                        .map(tokenizer -> "a tokenizer of " + tokenizer.vocabularySize() + " ids")
                        .orElse("no tokenizer, ids only"));
    }
}
