package io.meshtransformer.tokenizer.service;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.serving.OfferedModel;
import io.meshtransformer.tokenizer.service.prompt.PromptWork;
import io.meshtransformer.tokenizer.service.prompt.TextLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Makes the parts that know nothing of Quarkus out of the configuration. */
@ApplicationScoped
public class ServiceParts {
    @Produces
    @Singleton
    PromptWork promptWork(OfferedModel model, ServiceConfiguration configuration) {
        var limits = new TextLimits(
                configuration.longestText().asLongValue(),
                configuration.longestStretch().asLongValue(),
                configuration.mostScoredText().asLongValue());
        return new PromptWork(model, limits, InstantSource.system());
    }

    /** The largest record has room, or many small ones. */
    @Produces
    @Singleton
    Workers workers(ServiceConfiguration configuration) {
        return new Workers(configuration.workers(), Topics.MAX_MESSAGE_BYTES);
    }
}
