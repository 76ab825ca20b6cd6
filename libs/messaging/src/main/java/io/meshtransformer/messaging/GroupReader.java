package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Topics.TopicDefinition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads a topic as a member of a consumer group, on the thread that runs it: as many records as were asked for, any number of
 * them in work at once. Of each partition what is done without a gap is committed. It does what a channel does (README.md),
 * for topics that have so many records that the difference tells: a channel that is asked for nothing looks every 2 ms
 * whether it is.
 */
public final class GroupReader implements Runnable {
    private static final Logger LOG = Logger.getLogger(GroupReader.class);
    /** The broker holds a fetch until there is something; what was done meanwhile is committed afterwards. */
    private static final Duration POLL = Duration.ofMillis(500);
    /** While nothing is wanted: a member of a group has to hear what becomes of it. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final String topic;
    private final Handler handler;
    private final KafkaConsumer<String, byte[]> consumer;
    private final OpenPartitions open;
    private final Queue<ConsumerRecord<String, byte[]>> waiting = new ArrayDeque<>();
    private long committed = System.nanoTime();
    private long looked = System.nanoTime();

    private final Object demand = new Object();
    /** Guarded by {@link #demand}. */
    private long wanted;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Throwable failure;

    GroupReader(TopicDefinition topic, Map<String, Object> settings, Handler handler) {
        this.topic = topic.name();
        this.open = new OpenPartitions(topic.name());
        this.handler = requireNonNull(handler, "handler is null");
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Is given each record, on the reader's thread. */
    @FunctionalInterface
    public interface Handler {
        /**
         * What it throws ends the reading: then another process may fare better.
         *
         * @param done to be run once, on any thread, when the record need not come again
         */
        void take(ConsumerRecord<String, byte[]> record, Runnable done);
    }

    /** Asks for so many records more; from any thread. */
    public void request(long more) {
        synchronized (demand) {
            wanted = wanted + more < 0 ? Long.MAX_VALUE : wanted + more;
            demand.notifyAll();
        }
    }

    /** Ends {@link #run()}; from any thread. */
    public void stop() {
        stopping.countDown();
        synchronized (demand) {
            demand.notifyAll();
        }
        consumer.wakeup();
    }

    /** Why nothing comes any more, or null. */
    public Throwable failure() {
        return failure;
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    /** Until it is stopped. What is done by then is committed. */
    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic), new Assignment());
            while (!stopped()) {
                try {
                    read();
                    commit();
                } catch (WakeupException e) {
                    // Only stop() wakes this thread up.
                    LOG.debugf("%s is read no more", topic);
                } catch (InterruptException | FencedInstanceIdException e) {
                    throw e;
                } catch (KafkaException e) {
                    LOG.warnf("%s cannot be read now: %s", topic, e.getMessage());
                    stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
            open.commitNow(consumer);
        } catch (InterruptException | InterruptedException e) {
            failure = e;
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
            LOG.errorf(e, "%s cannot be read any more", topic);
        }
    }

    private void read() throws InterruptedException {
        handOver();
        if (waiting.isEmpty() && wants()) {
            consumer.resume(consumer.paused());
            add(consumer.poll(open.anyAdvanced() ? OpenPartitions.COMMIT_EVERY.dividedBy(5) : POLL));
            looked = System.nanoTime();
        } else if (System.nanoTime() - looked >= LOOK.toNanos()) {
            consumer.pause(consumer.assignment());
            add(consumer.poll(Duration.ZERO));
            looked = System.nanoTime();
        } else {
            awaitDemand();
        }
    }

    private void add(Iterable<ConsumerRecord<String, byte[]>> records) {
        records.forEach(waiting::add);
    }

    private boolean wants() {
        synchronized (demand) {
            return wanted > 0;
        }
    }

    private void awaitDemand() throws InterruptedException {
        synchronized (demand) {
            if (!stopped() && wanted == 0) {
                TimeUnit.NANOSECONDS.timedWait(demand, LOOK.toNanos());
            }
        }
    }

    private void handOver() {
        while (!waiting.isEmpty() && takeDemand()) {
            var record = waiting.remove();
            var records = open.taken(partition(record), record.offset());
            handle(record, () -> records.done(record.offset()));
        }
    }

    private boolean takeDemand() {
        synchronized (demand) {
            if (wanted == 0 || stopped()) {
                return false;
            }
            if (wanted != Long.MAX_VALUE) {
                wanted--;
            }
            return true;
        }
    }

    private void handle(ConsumerRecord<String, byte[]> record, Runnable done) {
        try {
            handler.take(record, done);
        } catch (RuntimeException e) {
            throw new IllegalStateException(Refusals.place(record) + " was not taken, and comes again", e);
        }
    }

    private static TopicPartition partition(ConsumerRecord<String, byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private void commit() {
        if (System.nanoTime() - committed < OpenPartitions.COMMIT_EVERY.toNanos()) {
            return;
        }
        committed = System.nanoTime();
        open.commit(consumer);
    }

    /** Partitions come and go as other members do. */
    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // What is known of them comes with their first records.
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            open.commitNow(consumer);
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            open.drop(partitions);
            waiting.removeIf(record -> partitions.contains(partition(record)));
        }
    }
}
