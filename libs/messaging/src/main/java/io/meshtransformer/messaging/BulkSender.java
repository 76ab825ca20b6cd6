package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Topics.TopicDefinition;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/**
 * Writes records that nobody waits for, as {@link MessageSender} does, but each waits a few milliseconds for others: what
 * the broker does costs by requests more than by records. For any thread.
 */
@ApplicationScoped
public class BulkSender {
    private final MessageSender sender;

    public BulkSender(KafkaSettings settings, InstanceName instance) {
        this.sender = new MessageSender(settings.bulkProducer(), instance);
    }

    /** As {@link MessageSender#send(TopicDefinition, String, Object, ReplyAddress)}. */
    public CompletionStage<Void> send(TopicDefinition topic, String requestId, Object message, ReplyAddress replyTo) {
        return sender.send(topic, requestId, message, replyTo);
    }

    /** As {@link MessageSender#sendEvent(TopicDefinition, String, Object)}. */
    public CompletionStage<Void> sendEvent(TopicDefinition topic, String key, Object event) {
        return sender.sendEvent(topic, key, event);
    }

    @PreDestroy
    void close() {
        sender.close();
    }
}
