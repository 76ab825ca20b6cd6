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
import java.util.List;
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
    private final Publications publications;
    private final int most;
    /** Null while the past is read. */
    private Consumer<List<CheckpointCommitted>> listener;

    private PartitionReader reader;

    public PublicationReader(
            KafkaSettings settings, ReplyTopics topics, Readers readers, PublicationConfiguration configuration) {
        this.settings = settings;
        this.topics = topics;
        this.readers = readers;
        this.most = configuration.published();
        this.publications = new Publications(most);
    }

    /**
     * Begins to read; returns when the past is read and the listener knows of it. Call it once.
     *
     * @param offered is told all that are to be offered, the newest first, whenever one is published; from the first time
     *     on by the reader's thread, and may wait: then the next publication waits too
     * @throws MessagingException if the broker doesn't answer
     */
    public void start(Consumer<List<CheckpointCommitted>> offered) {
        requireNonNull(offered, "offered is null");
        if (reader != null) {
            throw new IllegalStateException("publications are already read");
        }
        if (most == 0) {
            return;
        }
        var name = Topics.TRAINING_EVENTS.name();
        var partitions = IntStream.range(0, topics.partitions(name))
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
        reader = PartitionReader.start("publications", settings, partitions, new Start.AtBeginning(), this::hear)
                .awaitReady(PATIENCE);
        readers.add(reader);
        begin(offered);
    }

    private synchronized void begin(Consumer<List<CheckpointCommitted>> offered) {
        listener = offered;
        if (!publications.offered().isEmpty()) {
            listener.accept(publications.offered());
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || !contains(record.value(), MARK)) {
            return;
        }
        try {
            if (MessageCodec.read(record.value(), TrainingEvent.class) instanceof CheckpointCommitted checkpoint
                    && checkpoint.publish()) {
                add(checkpoint);
            }
        } catch (MalformedMessageException e) {
            LOG.warnf(
                    "the record at offset %d of %s is no training event: %s",
                    record.offset(), record.topic(), e.getMessage());
        }
    }

    private synchronized void add(CheckpointCommitted published) {
        publications.add(published);
        if (listener != null) {
            listener.accept(publications.offered());
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
