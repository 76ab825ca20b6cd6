package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Writes records: one producer for the whole service, so records for one partition keep the order of the calls. For any
 * thread. A call returns at once, unless the broker has been away for so long that 32 MB wait: then after 5 s, with a
 * stage that has failed.
 */
@ApplicationScoped
public class MessageSender {
    /** The largest message as JSON: the rest of {@link Topics#MAX_MESSAGE_BYTES} is for key and headers. */
    public static final int LARGEST_MESSAGE_BYTES = Topics.MAX_MESSAGE_BYTES - KafkaSettings.FRAMING_BYTES;

    private static final Logger LOG = Logger.getLogger(MessageSender.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] JSON = "application/json".getBytes(UTF_8);

    private final Producer<String, byte[]> producer;
    private final byte[] source;
    private final Clock clock;

    @Inject
    public MessageSender(KafkaSettings settings, InstanceName instance) {
        this(settings.producer(), instance);
    }

    MessageSender(Map<String, Object> settings, InstanceName instance) {
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        this.source = instance.source().getBytes(UTF_8);
        this.clock = Clock.systemUTC();
    }

    /** Learns where the topics are before anybody waits for it. */
    void onStart(@Observes @Priority(TopicSetup.BEFORE_CHANNELS + 1) StartupEvent event) {
        learnTopics();
    }

    void learnTopics() {
        Topics.ALL.forEach(topic -> producer.partitionsFor(topic.name()));
    }

    /**
     * Sends a message of the topic, keyed by the request id.
     *
     * @param replyTo where the answers shall go, or null
     * @return done when the broker has it; a failure is logged too. What is chained to it runs on the thread that
     *     delivers all records, so it must wait for nothing, least of all for another send: chain that with
     *     {@code Async}
     */
    public CompletionStage<Void> send(TopicDefinition topic, String requestId, Object message, ReplyAddress replyTo) {
        requireNonNull(requestId, "requestId is null");
        var record = new ProducerRecord<>(topic.name(), requestId, MessageCodec.write(message));
        describe(record.headers(), topic.eventType(), requestId);
        if (replyTo != null) {
            replyTo.writeTo(record.headers());
        }
        return send(record);
    }

    /** Sends a message without an answer. */
    public CompletionStage<Void> send(TopicDefinition topic, String requestId, Object message) {
        return send(topic, requestId, message, null);
    }

    /**
     * Sends an event of the topic, which belongs to no request: its id is its own.
     *
     * @param key of what it happened to; such events keep their order
     * @return as of {@link #send(TopicDefinition, String, Object, ReplyAddress)}
     */
    public CompletionStage<Void> sendEvent(TopicDefinition topic, String key, Object event) {
        var record = new ProducerRecord<>(topic.name(), requireNonNull(key, "key is null"), MessageCodec.write(event));
        describe(record.headers(), topic.eventType(), UUID.randomUUID().toString());
        return send(record);
    }

    /** Adds the CloudEvents headers of a JSON message. */
    void describe(org.apache.kafka.common.header.Headers headers, String eventType, String id) {
        headers.add(Headers.SPEC_VERSION, SPEC_VERSION);
        headers.add(Headers.ID, id.getBytes(UTF_8));
        headers.add(Headers.TYPE, eventType.getBytes(UTF_8));
        headers.add(Headers.SOURCE, source);
        headers.add(
                Headers.TIME,
                clock.instant().truncatedTo(ChronoUnit.MICROS).toString().getBytes(UTF_8));
        headers.add(Headers.CONTENT_TYPE, JSON);
    }

    /** Sends a finished record. */
    CompletionStage<Void> send(ProducerRecord<String, byte[]> record) {
        var delivered = new CompletableFuture<Void>();
        if (record.value() != null && record.value().length > largest(record.topic())) {
            return failed(delivered, tooLarge(record, "the largest has " + largest(record.topic()), null));
        }
        try {
            producer.send(record, (_, failure) -> {
                if (failure == null) {
                    delivered.complete(null);
                } else if (failure instanceof RecordTooLargeException) {
                    failed(delivered, tooLarge(record, "more than the topic's 'max.message.bytes'", failure));
                } else {
                    failed(delivered, new MessagingException(undelivered(record) + failure.getMessage(), failure));
                }
            });
        } catch (KafkaException e) {
            failed(delivered, new MessagingException(undelivered(record) + e.getMessage(), e));
        }
        return delivered;
    }

    private static int largest(String topic) {
        return topic.endsWith(DeadLetters.SUFFIX) ? Topics.MAX_MESSAGE_BYTES : LARGEST_MESSAGE_BYTES;
    }

    private static CompletionStage<Void> failed(CompletableFuture<Void> delivered, MessagingException reason) {
        LOG.error(reason.getMessage());
        delivered.completeExceptionally(reason);
        return delivered;
    }

    private static MessageTooLargeException tooLarge(
            ProducerRecord<String, byte[]> record, String limit, Exception cause) {
        return new MessageTooLargeException(
                undelivered(record), "it has " + record.value().length + " bytes, " + limit, cause);
    }

    private static String undelivered(ProducerRecord<String, byte[]> record) {
        var partition = record.partition() == null ? "" : "-" + record.partition();
        return "a record for " + record.topic() + partition + " with the key " + record.key() + " was not delivered: ";
    }

    /** Waits for what is on its way; for those that made this object themselves. */
    @PreDestroy
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
