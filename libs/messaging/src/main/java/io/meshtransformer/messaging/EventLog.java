package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.messaging.PartitionReader.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * A topic of events, keyed by the subject they are about, as a gateway shows it: the present is read once, for everybody,
 * and the past by whoever asks for it, at that one's pace. It belongs to no group, so each gateway hears all of it.
 */
public final class EventLog<E> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EventLog.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final String topic;
    private final Class<E> type;
    private final KafkaSettings settings;
    private final ReplyTopics topics;
    private final Readers readers;
    private final GatewayConfiguration.Replays limits;
    private final Semaphore past;
    private volatile PartitionReader present;

    EventLog(
            TopicDefinition topic,
            Class<E> type,
            KafkaSettings settings,
            GatewayConfiguration configuration,
            ReplyTopics topics,
            Readers readers) {
        this.topic = topic.name();
        this.type = type;
        this.settings = settings;
        this.topics = topics;
        this.readers = readers;
        this.limits = configuration.replays();
        this.past = new Semaphore(limits.atOnce());
    }

    /**
     * Begins to read; returns when no event that is written from now on can be missed. Call it once, while the service
     * starts.
     *
     * @param listener is told every event by the one thread that reads for all, so it must not wait
     * @throws MessagingException if the broker doesn't answer
     */
    public synchronized void start(EventListener<E> listener) {
        requireNonNull(listener, "listener is null");
        if (present != null) {
            throw new IllegalStateException(topic + " is read already");
        }
        var partitions = IntStream.range(0, topics.partitions(topic))
                .mapToObj(this::topicPartition)
                .toList();
        present =
                PartitionReader.start(topic, settings, partitions, new Start.AtEnd(), record -> tell(record, listener));
        present.awaitReady();
        readers.add(present);
    }

    /**
     * Tells a subject's events from a place in the log to where the log ends now, on the caller's thread. Together with
     * what {@link #start} tells from before this call on, nothing is missing.
     *
     * @param listener may wait, and whatever it throws ends the reading
     * @throws PlaceNotKeptException if there is no such partition, or the log does not reach back so far
     * @throws TooManyReplaysException if too many read the past at once
     * @throws MessagingException if the broker doesn't answer
     */
    public void past(String subject, int partition, long fromOffset, EventListener<E> listener) {
        inThePast(partition, fromOffset, (consumer, end) -> {
            while (consumer.position(topicPartition(partition)) < end) {
                for (var record : consumer.poll(POLL)) {
                    if (isAbout(subject, record)) {
                        tell(record, listener);
                    }
                }
            }
        });
    }

    /**
     * Looks whether {@link #past} can begin there.
     *
     * @throws MessagingException as that does
     */
    public void requireKept(int partition, long fromOffset) {
        inThePast(partition, fromOffset, (_, _) -> {});
    }

    /** What is done with a consumer that stands in the past, and the log's end as it was then. */
    private interface Reading {
        void read(KafkaConsumer<byte[], byte[]> consumer, long end);
    }

    private void inThePast(int partition, long fromOffset, Reading reading) {
        int partitions = topics.partitions(topic);
        if (partition < 0 || partition >= partitions) {
            throw new PlaceNotKeptException(
                    "there is no partition " + partition + " of " + topic + ", which has " + partitions);
        }
        enterPast();
        try (var consumer =
                new KafkaConsumer<>(settings.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var only = topicPartition(partition);
            consumer.assign(List.of(only));
            long oldest = consumer.beginningOffsets(List.of(only)).get(only);
            long end = consumer.endOffsets(List.of(only)).get(only);
            if (fromOffset < oldest || fromOffset > end) {
                throw new PlaceNotKeptException(only, fromOffset, oldest, end);
            }
            consumer.seek(only, fromOffset);
            reading.read(consumer, end);
        } catch (KafkaException e) {
            throw new MessagingException(topic + "-" + partition + " cannot be read: " + e.getMessage(), e);
        } finally {
            past.release();
        }
    }

    /** By the key alone: most records of a partition are about others. */
    private static boolean isAbout(String subject, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && subject.equals(new String(record.key(), StandardCharsets.UTF_8));
    }

    private void tell(ConsumerRecord<byte[], byte[]> record, EventListener<E> listener) {
        E event;
        try {
            event = MessageCodec.read(record.value(), type);
        } catch (MalformedMessageException e) {
            LOG.warnf("%s holds no %s: %s", Refusals.place(record), type.getSimpleName(), e.getMessage());
            return;
        }
        listener.onEvent(event, new LogPlace(record.partition(), record.offset(), 0));
    }

    private void enterPast() {
        try {
            if (!past.tryAcquire(limits.patience().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new TooManyReplaysException(limits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while others read " + topic + " again", e);
        }
    }

    private TopicPartition topicPartition(int partition) {
        return new TopicPartition(topic, partition);
    }

    @Override
    public void close() {
        if (present != null) {
            present.close();
        }
    }
}
