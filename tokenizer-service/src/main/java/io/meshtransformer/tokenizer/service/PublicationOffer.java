package io.meshtransformer.tokenizer.service;

import io.meshtransformer.messaging.PublicationReader;
import io.meshtransformer.serving.OfferedModel;
import io.meshtransformer.serving.PublishedModels;
import io.meshtransformer.tokenizer.service.model.ModelConfiguration;
import io.meshtransformer.tokenizer.service.prompt.PromptWork;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Offers checkpoints as models when training runs publish them, and those published before from the start on. */
@ApplicationScoped
public class PublicationOffer {
    /** After topics are created, before channels are opened: no prompt for a published model comes too early. */
    private static final int BEFORE_CHANNELS = 600;

    private final PublicationReader publications;
    private final PromptWork work;

    public PublicationOffer(PublicationReader publications, PromptWork work) {
        this.publications = publications;
        this.work = work;
    }

    void onStart(
            @Observes @Priority(BEFORE_CHANNELS) StartupEvent event,
            OfferedModel model,
            ModelConfiguration configuration) {
        var published = new PublishedModels(model, configuration.directory());
        publications.start(offered -> work.offer(published.of(offered)));
    }
}
