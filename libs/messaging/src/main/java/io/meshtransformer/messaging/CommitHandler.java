package io.meshtransformer.messaging;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * What a channel commits: of each partition what is done without a gap. A commit that the broker refuses is tried again.
 * (The connector's own strategy for several records in work forgets it until another record of the partition is done, and a
 * commit is refused whenever it meets a change of the group.)
 */
final class CommitHandler implements KafkaCommitHandler {
    /** Value of the channel property {@code commit-strategy}. */
    static final String STRATEGY = "contiguous";

    private static final Logger LOG = Logger.getLogger(CommitHandler.class);

    private final String channel;
    private final KafkaConsumer<?, ?> consumer;
    private final Vertx vertx;
    private final long timer;
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    private final OpenPartitions open;

    private CommitHandler(String channel, KafkaConsumer<?, ?> consumer, Vertx vertx) {
        this.channel = channel;
        this.open = new OpenPartitions("'" + channel + "'");
        this.consumer = consumer;
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(OpenPartitions.COMMIT_EVERY.toMillis(), _ -> commitWhatIsDone());
    }

    @Override
    public <K, V> Uni<IncomingKafkaRecord<K, V>> received(IncomingKafkaRecord<K, V> record) {
        var partition = new TopicPartition(record.getTopic(), record.getPartition());
        // Another member's by now: it comes again there, and is not this one's to commit.
        if (assigned.contains(partition)) {
            record.injectMetadata(open.taken(partition, record.getOffset()));
        }
        return Uni.createFrom().item(record);
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        record.getMetadata(OpenRecords.class).ifPresent(records -> records.done(record.getOffset()));
        return Uni.createFrom().voidItem();
    }

    private void commitWhatIsDone() {
        if (open.anyAdvanced()) {
            consumer.runOnPollingThread(open::commit)
                    .subscribe()
                    .with(
                            _ -> {},
                            failure -> LOG.warnf("what is done of '%s' cannot be committed now: %s", channel, failure));
        }
    }

    @Override
    public void partitionsAssigned(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    /** What is done is committed before somebody else goes on; what is not, comes again there. */
    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        open.commitNow(consumer.unwrap());
        open.drop(partitions);
    }

    @Override
    public void terminate(boolean graceful) {
        vertx.cancelTimer(timer);
        if (open.anyAdvanced()) {
            consumer.runOnPollingThread(open::commitNow)
                    .await()
                    .atMost(OpenPartitions.LAST_COMMIT_PATIENCE.multipliedBy(2));
        }
    }

    /** Makes the handler of a channel. */
    @ApplicationScoped
    @Identifier(STRATEGY)
    public static class Factory implements KafkaCommitHandler.Factory {
        @Override
        public KafkaCommitHandler create(
                KafkaConnectorIncomingConfiguration configuration,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            return new CommitHandler(configuration.getChannel(), consumer, vertx);
        }
    }
}
