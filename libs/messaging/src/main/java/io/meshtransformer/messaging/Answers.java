package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.PartitionReader.Start;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Brings answers to whoever waits for them in this gateway. It reads the gateway's own partition of the answers topic
 * and nobody else's, so what it reads doesn't grow with the number of gateways.
 */
@ApplicationScoped
public class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);

    private final KafkaSettings settings;
    private final ReplyTopics replyTopics;
    private final Readers readers;
    private final int partition;
    private final Map<String, AnswerListener> listeners = new ConcurrentHashMap<>();
    private PartitionReader reader;

    public Answers(KafkaSettings settings, GatewayConfiguration configuration, ReplyTopics topics, Readers readers) {
        this.settings = settings;
        this.partition = configuration.replyPartition();
        this.replyTopics = topics;
        this.readers = readers;
    }

    /**
     * Begins to read; returns when no answer to a request sent from now on can be missed. Call it once, while the
     * service starts.
     *
     * @throws MessagingException if the topic has no such partition, or the broker doesn't answer
     */
    public synchronized void start() {
        if (reader != null) {
            return;
        }
        requirePartition(partition, "mtj.gateway.reply-partition");
        var started = PartitionReader.start(
                        "answers-" + partition,
                        settings,
                        List.of(topicPartition(partition)),
                        new Start.AtEnd(),
                        this::dispatch)
                .awaitReady();
        reader = started;
        readers.add(started);
    }

    /** Where requests of this gateway must be answered. */
    public ReplyAddress address() {
        return new ReplyAddress(Topics.ANSWERS.name(), partition);
    }

    /**
     * Wants the events of a request. To be called before the request is sent: an answer may be back before the send is
     * confirmed.
     *
     * @return to be closed when nothing more is wanted
     * @throws IllegalStateException if somebody already waits for this request, or {@link #start()} was not called
     */
    public Registration register(String requestId, AnswerListener listener) {
        requireNonNull(requestId, "requestId is null");
        requireNonNull(listener, "listener is null");
        if (reader == null) {
            throw new IllegalStateException("the answers reader is not started");
        }
        long from = reader.position();
        if (listeners.putIfAbsent(requestId, listener) != null) {
            throw new IllegalStateException("somebody already waits for the request " + requestId);
        }
        return new Registration(partition, from, () -> listeners.remove(requestId, listener));
    }

    /**
     * An interest in one request's events.
     *
     * @param fromOffset no event of a request that is sent after the registration stands before it
     */
    public record Registration(int partition, long fromOffset, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * Reads a partition, of this gateway or another one, from a place in the past and gives the listener every event of
     * some requests, then new ones as they come, until it is closed. Independent of {@link #register}.
     *
     * @param requestIds which requests
     * @param caughtUp runs once, after the last event that stood in the log when this was called
     * @throws PlaceNotKeptException if the log does not reach back so far
     * @throws MessagingException if there is no such partition
     */
    public Replay replay(
            int partition, long fromOffset, Predicate<String> requestIds, AnswerListener listener, Runnable caughtUp) {
        requireNonNull(requestIds, "requestIds is null");
        requireNonNull(listener, "listener is null");
        requireNonNull(caughtUp, "caughtUp is null");
        requirePartition(partition, "the place to go on from");
        var replaying = PartitionReader.start(
                        "replay-" + partition + "-" + fromOffset,
                        settings,
                        List.of(topicPartition(partition)),
                        new Start.AtOffset(fromOffset, caughtUp),
                        record -> dispatch(record, id -> requestIds.test(id) ? listener : null))
                .awaitReady();
        return new Replay(replaying);
    }

    /** A reading of the past that goes on into the present. */
    public static final class Replay implements AutoCloseable {
        private final PartitionReader reader;

        private Replay(PartitionReader reader) {
            this.reader = reader;
        }

        /** Returns at once; a record whose events are being given to the listener is its last. */
        @Override
        public void close() {
            reader.stop();
        }
    }

    private void requirePartition(int partition, String who) {
        int partitions = replyTopics.partitions(Topics.ANSWERS.name());
        if (partition < 0 || partition >= partitions) {
            throw new MessagingException(who + " is partition " + partition + ", but " + Topics.ANSWERS.name()
                    + " has only " + partitions + ", from 0 to " + (partitions - 1));
        }
    }

    private static TopicPartition topicPartition(int partition) {
        return new TopicPartition(Topics.ANSWERS.name(), partition);
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        dispatch(record, listeners::get);
    }

    private static void dispatch(ConsumerRecord<byte[], byte[]> record, Function<String, AnswerListener> listeners) {
        AnswerBatch batch;
        try {
            batch = MessageCodec.read(record.value(), AnswerBatch.class);
        } catch (MalformedMessageException e) {
            LOG.warnf(
                    "the record at offset %d of %s-%d holds no answers: %s",
                    record.offset(), record.topic(), record.partition(), e.getMessage());
            return;
        }
        for (int index = 0; index < batch.events().size(); index++) {
            var event = batch.events().get(index);
            var listener = listeners.apply(event.requestId());
            if (listener == null) {
                // Answered twice after a worker died, or nobody waits any more.
                continue;
            }
            try {
                listener.onEvent(event, new LogPlace(record.partition(), record.offset(), index));
            } catch (RuntimeException e) {
                LOG.errorf(e, "an event of the request %s was not taken", event.requestId());
            }
        }
    }

    @PreDestroy
    void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
