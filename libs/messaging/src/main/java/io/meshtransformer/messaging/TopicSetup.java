package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Creates what is missing of {@link Topics#ALL} while the service starts, before any channel reads: a consumer that
 * finds no topic looks again only minutes later.
 */
@ApplicationScoped
public class TopicSetup {
    /** Channels start at 1000. */
    static final int BEFORE_CHANNELS = 500;

    private final KafkaSettings settings;
    private final TopicConfiguration configuration;

    public TopicSetup(KafkaSettings settings, TopicConfiguration configuration) {
        this.settings = settings;
        this.configuration = configuration;
    }

    void onStart(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
        createMissing(Topics.ALL);
    }

    /**
     * Returns when every topic is there with a leader for each partition. Several services may do this at once.
     *
     * @throws MessagingException if the broker doesn't answer in time, or refuses
     */
    public void createMissing(List<TopicDefinition> topics) {
        try (var creation = new TopicCreation(settings, configuration)) {
            creation.run(topics);
        }
    }
}
