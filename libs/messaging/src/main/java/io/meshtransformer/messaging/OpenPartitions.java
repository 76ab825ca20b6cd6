package io.meshtransformer.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
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

    /** What is to be committed now, and counts as committed from then on. */
    synchronized Map<TopicPartition, OffsetAndMetadata> commit() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        open.forEach((partition, records) -> {
            if (records.advanced()) {
                offsets.put(partition, new OffsetAndMetadata(records.commit()));
            }
        });
        return offsets;
    }

    /** What was to be committed was not, and is to be again. While a group changes that is so, and no news. */
    synchronized void uncommitted(Map<TopicPartition, OffsetAndMetadata> offsets, Exception reason) {
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
