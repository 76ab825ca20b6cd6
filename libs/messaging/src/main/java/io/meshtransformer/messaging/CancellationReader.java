package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Cancellation;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.PartitionReader.Start;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Hears every cancellation, as every other worker does, from its start on. */
@ApplicationScoped
public class CancellationReader {
    private static final Logger LOG = Logger.getLogger(CancellationReader.class);

    private final KafkaSettings settings;
    private final ReplyTopics topics;
    private final Readers readers;
    private PartitionReader reader;

    public CancellationReader(KafkaSettings settings, ReplyTopics topics, Readers readers) {
        this.settings = settings;
        this.topics = topics;
        this.readers = readers;
    }

    /**
     * Begins to read; returns when no cancellation sent from now on can be missed. Call it once, while the service
     * starts.
     *
     * @param listener runs on the reader's thread, so it must not wait for anything
     * @throws MessagingException if the broker doesn't answer
     */
    public synchronized void start(Consumer<Cancellation> listener) {
        requireNonNull(listener, "listener is null");
        if (reader != null) {
            throw new IllegalStateException("cancellations are already read");
        }
        var name = Topics.CANCELLATIONS.name();
        var partitions = IntStream.range(0, topics.partitions(name))
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
        var started = PartitionReader.start(
                        "cancellations", settings, partitions, new Start.AtEnd(), record -> hear(record, listener))
                .awaitReady();
        reader = started;
        readers.add(started);
    }

    private static void hear(ConsumerRecord<byte[], byte[]> record, Consumer<Cancellation> listener) {
        try {
            listener.accept(MessageCodec.read(record.value(), Cancellation.class));
        } catch (MalformedMessageException e) {
            LOG.warnf(
                    "the record at offset %d of %s is no cancellation: %s",
                    record.offset(), record.topic(), e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
