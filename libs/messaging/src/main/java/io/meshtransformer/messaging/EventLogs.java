package io.meshtransformer.messaging;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.contracts.TrainingEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The topics of events that a gateway shows. */
@ApplicationScoped
public class EventLogs {
    private final KafkaSettings settings;
    private final GatewayConfiguration configuration;
    private final ReplyTopics topics;
    private final Readers readers;

    public EventLogs(KafkaSettings settings, GatewayConfiguration configuration, ReplyTopics topics, Readers readers) {
        this.settings = settings;
        this.configuration = configuration;
        this.topics = topics;
        this.readers = readers;
    }

    /** What happens to training runs, by their names. */
    @Produces
    @Singleton
    public EventLog<TrainingEvent> training() {
        return log(Topics.TRAINING_EVENTS, TrainingEvent.class);
    }

    /** How evaluations stand, by their names. */
    @Produces
    @Singleton
    public EventLog<EvaluationEvent> evaluations() {
        return log(Topics.EVALUATION_EVENTS, EvaluationEvent.class);
    }

    void closeTraining(@Disposes EventLog<TrainingEvent> log) {
        log.close();
    }

    void closeEvaluations(@Disposes EventLog<EvaluationEvent> log) {
        log.close();
    }

    private <E> EventLog<E> log(TopicDefinition topic, Class<E> type) {
        return new EventLog<>(topic, type, settings, configuration, topics, readers);
    }
}
