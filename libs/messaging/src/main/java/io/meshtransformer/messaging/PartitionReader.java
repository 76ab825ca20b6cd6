package io.meshtransformer.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads given partitions, from a given place on, in a thread of its own, until it is closed. It belongs to no group and
 * commits nothing. A broker that goes away and comes back loses it no record.
 */
final class PartitionReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PartitionReader.class);
    /** The broker holds a fetch until there is something, so this only bounds how long one call lasts. */
    private static final Duration LONG_POLL = Duration.ofSeconds(30);

    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final List<TopicPartition> partitions;
    private final Start start;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile long position = -1;
    /** What to run at which position, and end; null to go on for ever. */
    private Runnable caughtUp;

    private long caughtUpPosition;
    /** Where the log ended at the start, of partitions that are not there yet. */
    private Map<TopicPartition, Long> behind = new HashMap<>();

    /** Where reading begins. */
    sealed interface Start {
        /** With the first record that is written after {@link PartitionReader#awaitReady()}. */
        record AtEnd() implements Start {}

        /**
         * With the record at this offset, or the next there is; fails if that is no longer or not yet kept. Reading ends
         * where the log ended at the start, or a little later.
         *
         * @param caughtUp runs once, then
         */
        record InThePast(long offset, Runnable caughtUp) implements Start {}

        /** With the oldest record of each partition; ready where the log ended at the start, or a little later. */
        record AtBeginning() implements Start {}
    }

    private PartitionReader(
            String name,
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Start start,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        this.name = name;
        this.consumer = consumer;
        this.partitions = List.copyOf(partitions);
        this.start = start;
        this.handler = handler;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /**
     * Begins to read.
     *
     * @param name of the thread
     * @param handler is given each record; what it throws is logged and reading goes on
     */
    static PartitionReader start(
            String name,
            KafkaSettings settings,
            List<TopicPartition> partitions,
            Start start,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        var consumer = new KafkaConsumer<>(settings.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var reader = new PartitionReader(name, consumer, partitions, start, handler);
        reader.thread.start();
        return reader;
    }

    /**
     * Returns when every record written from now on will be handled.
     *
     * @throws MessagingException if the place to start is not there, or is not found in time; the reader is closed then
     */
    PartitionReader awaitReady() {
        return awaitReady(START_PATIENCE);
    }

    PartitionReader awaitReady(Duration patience) {
        try {
            ready.get(patience.toSeconds(), TimeUnit.SECONDS);
            return this;
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof MessagingException known
                    ? known
                    : new MessagingException(partitions + " cannot be read: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            close();
            throw new MessagingException(
                    partitions + " cannot be read: the broker took more than " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while the reading of " + partitions + " begins", e);
        }
    }

    /** The offset of the next record to be handled, of the only partition; -1 before {@link #awaitReady()}. */
    long position() {
        return position;
    }

    String name() {
        return name;
    }

    /** Whether it is positioned and has a connection to a broker. */
    boolean connected() {
        return ready.isDone() && !ready.isCompletedExceptionally() && thread.isAlive() && connections() > 0;
    }

    private double connections() {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("connection-count"))
                .filter(metric -> metric.metricName().group().equals("consumer-metrics"))
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .sum();
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            goToStart();
            endWhenCaughtUp();
            while (!closed()) {
                poll();
                endWhenCaughtUp();
            }
        } catch (WakeupException | InterruptException e) {
            // Only close() wakes this thread up.
            LOG.debugf("%s ends", name);
        } catch (RuntimeException e) {
            if (!ready.completeExceptionally(e)) {
                LOG.errorf(e, "%s ended: nothing is read any more", name);
            }
        } finally {
            ready.completeExceptionally(new MessagingException(name + " was closed before it was ready"));
        }
    }

    private void goToStart() {
        while (!closed()) {
            try {
                switch (start) {
                    case Start.AtEnd() -> consumer.seekToEnd(partitions);
                    case Start.InThePast(long offset, Runnable whenCaughtUp) -> seek(offset, whenCaughtUp);
                    case Start.AtBeginning() -> {
                        behind = new HashMap<>(consumer.endOffsets(partitions));
                        consumer.seekToBeginning(partitions);
                    }
                }
                // Seeking is lazy: asking for the position makes the end of now the place to start.
                partitions.forEach(partition -> position = consumer.position(partition));
                completeWhenThere();
                return;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                pauseAfter(e);
            }
        }
    }

    private void seek(long offset, Runnable whenCaughtUp) {
        for (var partition : partitions) {
            long oldest = consumer.beginningOffsets(partitions).get(partition);
            long end = consumer.endOffsets(partitions).get(partition);
            if (offset < oldest || offset > end) {
                throw new PlaceNotKeptException(partition, offset, oldest, end);
            }
            consumer.seek(partition, offset);
            caughtUpPosition = end;
        }
        caughtUp = whenCaughtUp;
    }

    private void completeWhenThere() {
        if (!ready.isDone()) {
            behind.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            if (behind.isEmpty()) {
                ready.complete(null);
            }
        }
    }

    private void endWhenCaughtUp() {
        if (caughtUp != null && position >= caughtUpPosition && !closed()) {
            try {
                caughtUp.run();
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s: the end of the past was not taken", name);
            }
            closing.countDown();
        }
    }

    private void poll() {
        try {
            for (var record : consumer.poll(LONG_POLL)) {
                if (closed()) {
                    return;
                }
                handle(record);
                position = record.offset() + 1;
            }
            // Past what is no record, such as the mark at the end of a transaction.
            partitions.forEach(partition -> position = consumer.position(partition));
            completeWhenThere();
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            goToWhatIsKept(e.offsetOutOfRangePartitions().keySet());
        } catch (KafkaException e) {
            pauseAfter(e);
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            handler.accept(record);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: the record at offset %d of %s was not handled", name, record.offset(), record.topic());
        }
    }

    /** Records were deleted before they were read: this process stood still for longer than they are kept. */
    private void goToWhatIsKept(Collection<TopicPartition> lost) {
        LOG.errorf("%s: records of %s are gone before they were read; going on with the oldest kept", name, lost);
        consumer.seekToBeginning(lost);
    }

    private void pauseAfter(KafkaException failure) {
        LOG.warnf("%s: %s; trying again", name, failure.getMessage());
        try {
            // Left at once when closed.
            if (closing.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new WakeupException();
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    /** Ends reading without waiting for it: no record is handled after this, but one that is being handled. */
    void stop() {
        closing.countDown();
        consumer.wakeup();
    }

    /** Ends reading and waits for the thread to end; a call from the handler itself doesn't wait. */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                LOG.errorf("%s did not end within %d s", name, CLOSE_PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
