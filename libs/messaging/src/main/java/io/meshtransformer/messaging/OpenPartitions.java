package io.meshtransformer.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** What a member of a group has in work of each of its partitions, and may commit. Thread-safe. */
final class OpenPartitions {
    /** At most this long is done work done again after a kill. */
    static final Duration COMMIT_EVERY = Duration.ofMillis(500);
    /** For the last commit of a partition, before somebody else goes on with it. */
    static final Duration LAST_COMMIT_PATIENCE = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(OpenPartitions.class);

    private final String source;
    private final Map<TopicPartition, OpenRecords> open = new HashMap<>();

    /** @param source what is read, for the log */
    OpenPartitions(String source) {
        this.source = source;
    }

    /** @return where to say that the record is done, whoever has its partition by then */
    synchronized OpenRecords taken(TopicPartition partition, long offset) {
        var records = open.computeIfAbsent(partition, _ -> new OpenRecords(offset));
        records.taken(offset);
        return records;
    }

    /** Whether there is more to commit than was. */
    synchronized boolean anyAdvanced() {
        return open.values().stream().anyMatch(OpenRecords::advanced);
    }

    /** Commits what is done, on the thread that polls; what the broker refuses is committed again later. */
    void commit(Consumer<?, ?> consumer) {
        var offsets = toCommit();
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (_, failure) -> {
                if (failure != null) {
                    uncommitted(offsets, failure);
                }
            });
        }
    }

    /** The same before somebody else goes on; what is not done, comes again there. */
    void commitNow(Consumer<?, ?> consumer) {
        var offsets = toCommit();
        while (!offsets.isEmpty()) {
            try {
                consumer.commitSync(offsets, LAST_COMMIT_PATIENCE);
                return;
            } catch (WakeupException e) {
                // By whoever ends the reading, which happens once and means a poll.
                LOG.debugf("what is done of %s is committed again", source);
            } catch (KafkaException e) {
                uncommitted(offsets, e);
                return;
            }
        }
    }

    /** It counts as committed from then on. */
    private synchronized Map<TopicPartition, OffsetAndMetadata> toCommit() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        open.forEach((partition, records) -> {
            if (records.advanced()) {
                offsets.put(partition, new OffsetAndMetadata(records.commit()));
            }
        });
        return offsets;
    }

    /** While a group changes a commit is refused, and that is no news. */
    private synchronized void uncommitted(Map<TopicPartition, OffsetAndMetadata> offsets, Exception reason) {
        var level = reason instanceof RebalanceInProgressException ? Logger.Level.DEBUG : Logger.Level.WARN;
        LOG.logf(level, "what is done of %s is committed later, or comes again: %s", source, reason.getMessage());
        offsets.keySet().stream().filter(open::containsKey).forEach(partition -> open.get(partition)
                .uncommitted());
    }

    /** Forgets partitions that are another member's from now on. */
    synchronized void drop(Collection<TopicPartition> partitions) {
        partitions.forEach(open::remove);
    }
}
