package io.meshtransformer.training.service.worker;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.messaging.InstanceName;
import io.meshtransformer.messaging.KafkaSettings;
import io.meshtransformer.messaging.MessageSender;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.KafkaException;

/** Kafka, as the environment says where it is: {@code KAFKA_BOOTSTRAP_SERVERS} is {@code bootstrap.servers}, and so on. */
final class KafkaEventBroker implements EventBroker {
    private static final String PREFIX = "KAFKA_";

    private final Map<String, Object> settings;
    private final String instance;
    private MessageSender sender;

    KafkaEventBroker(Map<String, Object> settings, String instance) {
        this.settings = Map.copyOf(settings);
        this.instance = instance;
    }

    /** @throws IllegalArgumentException if the environment does not say where it is */
    static KafkaEventBroker of(WorkerOptions options) {
        var settings = new HashMap<String, Object>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                settings.put(
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        if (!settings.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("worker: the environment has no KAFKA_BOOTSTRAP_SERVERS");
        }
        return new KafkaEventBroker(
                settings, "training-worker-" + options.folder().getFileName() + "-" + options.attempt());
    }

    @Override
    public CompletionStage<Void> send(TrainingEvent event) {
        try {
            if (sender == null) {
                // Where the name of the broker's host can't be resolved yet, no producer can be made.
                sender = new MessageSender(
                        new KafkaSettings(settings), new InstanceName(Optional.of(instance), "training-worker"));
            }
            return sender.sendEvent(Topics.TRAINING_EVENTS, event.run(), event);
        } catch (KafkaException e) {
            throw new AwayException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (sender != null) {
            sender.close();
        }
    }
}
