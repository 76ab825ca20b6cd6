package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.messaging.PartitionReader.Start;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Hears which checkpoints are to be offered as models: those that were published before its start, as far back as
 * {@code training.events} is kept, and those that are published from then on.
 */
@ApplicationScoped
public class PublicationReader {
    private static final Logger LOG = Logger.getLogger(PublicationReader.class);
    /** A hundred runs of a hundred thousand steps are some gigabytes of events. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Only checkpoints have such a field, and nearly all events are others: they are not worth being read as JSON. */
    private static final byte[] MARK = "\"publish\"".getBytes(UTF_8);

    private final KafkaSettings settings;
    private final ReplyTopics topics;
    private final Readers readers;
    private PartitionReader reader;

    public PublicationReader(KafkaSettings settings, ReplyTopics topics, Readers readers) {
        this.settings = settings;
        this.topics = topics;
        this.readers = readers;
    }

    /**
     * Begins to read; returns when everything has been told that was published before. Call it once.
     *
     * @param listener runs on the reader's thread, and may wait: then the next publication waits too
     * @throws MessagingException if the broker doesn't answer
     */
    public synchronized void start(Consumer<CheckpointCommitted> listener) {
        requireNonNull(listener, "listener is null");
        if (reader != null) {
            throw new IllegalStateException("publications are already read");
        }
        var name = Topics.TRAINING_EVENTS.name();
        var partitions = IntStream.range(0, topics.partitions(name))
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
        reader = PartitionReader.start(
                        "publications", settings, partitions, new Start.AtBeginning(), record -> hear(record, listener))
                .awaitReady(PATIENCE);
        readers.add(reader);
    }

    private static void hear(ConsumerRecord<byte[], byte[]> record, Consumer<CheckpointCommitted> listener) {
        if (record.value() == null || !contains(record.value(), MARK)) {
            return;
        }
        try {
            if (MessageCodec.read(record.value(), TrainingEvent.class) instanceof CheckpointCommitted checkpoint
                    && checkpoint.publish()) {
                listener.accept(checkpoint);
            }
        } catch (MalformedMessageException e) {
            LOG.warnf(
                    "the record at offset %d of %s is no training event: %s",
                    record.offset(), record.topic(), e.getMessage());
        }
    }

    static boolean contains(byte[] bytes, byte[] part) {
        for (var at = 0; at <= bytes.length - part.length; at++) {
            if (bytes[at] == part[0] && matches(bytes, at, part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] bytes, int at, byte[] part) {
        for (var i = 1; i < part.length; i++) {
            if (bytes[at + i] != part[i]) {
                return false;
            }
        }
        return true;
    }

    @PreDestroy
    void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
