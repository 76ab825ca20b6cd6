package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.messaging.PartitionReader.Start;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
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
 * The events of training runs as a gateway shows them: the present is read once, for everybody, and the past by whoever
 * asks for it, at that one's pace. It belongs to no group, so each gateway hears all of it.
 */
@ApplicationScoped
public class TrainingEvents {
    private static final Logger LOG = Logger.getLogger(TrainingEvents.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final KafkaSettings settings;
    private final ReplyTopics topics;
    private final Readers readers;
    private final GatewayConfiguration.Replays limits;
    private final Semaphore past;
    private volatile PartitionReader present;

    public TrainingEvents(
            KafkaSettings settings, GatewayConfiguration configuration, ReplyTopics topics, Readers readers) {
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
    public synchronized void start(TrainingEventListener listener) {
        requireNonNull(listener, "listener is null");
        if (present != null) {
            throw new IllegalStateException("training events are read already");
        }
        var partitions = IntStream.range(0, topics.partitions(Topics.TRAINING_EVENTS.name()))
                .mapToObj(TrainingEvents::topicPartition)
                .toList();
        present = PartitionReader.start(
                "training-events", settings, partitions, new Start.AtEnd(), record -> tell(record, listener));
        present.awaitReady();
        readers.add(present);
    }

    /**
     * Tells a run's events from a place in the log to where the log ends now, on the caller's thread. Together with what
     * {@link #start} tells from before this call on, nothing is missing.
     *
     * @param listener may wait, and whatever it throws ends the reading
     * @throws PlaceNotKeptException if there is no such partition, or the log does not reach back so far
     * @throws TooManyReplaysException if too many read the past at once
     * @throws MessagingException if the broker doesn't answer
     */
    public void past(String run, int partition, long fromOffset, TrainingEventListener listener) {
        inThePast(partition, fromOffset, (consumer, end) -> {
            while (consumer.position(topicPartition(partition)) < end) {
                for (var record : consumer.poll(POLL)) {
                    if (isOf(run, record)) {
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
        int partitions = topics.partitions(Topics.TRAINING_EVENTS.name());
        if (partition < 0 || partition >= partitions) {
            throw new PlaceNotKeptException("there is no partition " + partition + " of "
                    + Topics.TRAINING_EVENTS.name() + ", which has " + partitions);
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
            throw new MessagingException(
                    Topics.TRAINING_EVENTS.name() + "-" + partition + " cannot be read: " + e.getMessage(), e);
        } finally {
            past.release();
        }
    }

    /** By the key alone: most records of a partition are other runs'. */
    private static boolean isOf(String run, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && run.equals(new String(record.key(), StandardCharsets.UTF_8));
    }

    private static void tell(ConsumerRecord<byte[], byte[]> record, TrainingEventListener listener) {
        TrainingEvent event;
        try {
            event = MessageCodec.read(record.value(), TrainingEvent.class);
        } catch (MalformedMessageException e) {
            LOG.warnf("%s holds no training event: %s", Refusals.place(record), e.getMessage());
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
            throw new MessagingException("interrupted while others read training events again", e);
        }
    }

    private static TopicPartition topicPartition(int partition) {
        return new TopicPartition(Topics.TRAINING_EVENTS.name(), partition);
    }

    @PreDestroy
    void close() {
        if (present != null) {
            present.close();
        }
    }
}
