package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.control.Instance;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.control.Persistence;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.evaluation.service.work.Arrivals;
import io.meshtransformer.messaging.DeadLetters;
import io.meshtransformer.messaging.KafkaSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Makes rows of {@code evaluation.results}, in one transaction with the offset behind them: the database alone says what was
 * taken. A consumer group divides partitions among instances; should two read one, both write the same rows, and those of
 * the first hold.
 */
@Singleton
public final class ResultProjection {
    private static final Logger LOG = Logger.getLogger(ResultProjection.class);
    private static final String GROUP = "eval-service-results";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /**
     * From one transaction to the next while results keep coming: one of some results takes hardly longer than one of a
     * single one. The first after a while is taken at once.
     */
    private static final Duration TURN = Duration.ofMillis(20);
    /** As Kafka's consumers have it by default. */
    private static final int AT_ONCE = 500;

    private final Database database;
    private final ResultStore results;
    private final Arrivals arrivals;
    private final News news;
    private final Persistence persistence;
    private final DeadLetters deadLetters;
    private final KafkaConsumer<String, byte[]> consumer;
    private volatile boolean stopping;
    private volatile long lag;

    ResultProjection(
            Database database,
            ResultStore results,
            Arrivals arrivals,
            News news,
            Persistence persistence,
            DeadLetters deadLetters,
            Instance instance,
            KafkaSettings kafka) {
        this.database = database;
        this.results = results;
        this.arrivals = arrivals;
        this.news = news;
        this.persistence = persistence;
        this.deadLetters = deadLetters;
        var member = instance.lasting().map(name -> name + "-results");
        this.consumer = new KafkaConsumer<>(
                kafka.member(GROUP, member, AT_ONCE), new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Records of this instance's partitions that are not taken yet. */
    public long lag() {
        return lag;
    }

    public void stop() {
        stopping = true;
        consumer.wakeup();
    }

    /** Until it is stopped. */
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(Topics.EVALUATION_RESULTS.name()), new FromTheDatabase());
            while (!stopping) {
                try {
                    var records = consumer.poll(POLL);
                    var began = System.nanoTime();
                    take(records);
                    lag = lagNow();
                    if (!records.isEmpty() && records.count() < AT_ONCE) {
                        LockSupport.parkNanos(began + TURN.toNanos() - System.nanoTime());
                    }
                } catch (KafkaException e) {
                    if (!(e instanceof WakeupException)) {
                        LOG.warnf("%s cannot be read now: %s", Topics.EVALUATION_RESULTS.name(), e.getMessage());
                        Thread.sleep(PAUSE);
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException e) {
            LOG.warnf("what was not taken comes again: %s", e.getMessage());
        }
    }

    private long lagNow() {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    private void take(ConsumerRecords<String, byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        var taken = new ArrayList<EvaluationResult>();
        for (var record : records) {
            read(record, taken);
        }
        var waitedFor = arrivals.wantedOf(taken);
        var next = new HashMap<Integer, Long>();
        for (var partition : records.partitions()) {
            next.put(partition.partition(), records.records(partition).getLast().offset() + 1);
        }
        var kept = persistence.untilItIsThere(() -> database.read(connection -> {
            results.add(connection, taken);
            results.taken(connection, next);
            return results.find(connection, waitedFor);
        }));
        arrivals.hand(kept);
        news.resultsCame();
    }

    private void read(ConsumerRecord<String, byte[]> record, List<EvaluationResult> taken) {
        try {
            var result = MessageCodec.read(record.value(), EvaluationResult.class);
            if (HASH.matcher(result.requestHash()).matches()) {
                taken.add(result);
            } else {
                putAside(record, "'requestHash' is '" + result.requestHash() + "', it must be 64 hexadecimal digits");
            }
        } catch (MalformedMessageException e) {
            putAside(record, e.getMessage());
        }
    }

    /** Until the broker has it; nothing is taken that could not be put aside. */
    private void putAside(ConsumerRecord<String, byte[]> record, String reason) {
        LOG.warnf(
                "%s-%d holds no result at offset %d: %s", record.topic(), record.partition(), record.offset(), reason);
        while (!stopping) {
            try {
                deadLetters.add(record, reason).toCompletableFuture().join();
                return;
            } catch (CompletionException e) {
                LOG.warnf("a dead letter waits for the broker: %s", e.getMessage());
            }
        }
    }

    /** Goes on where the rows end. */
    private final class FromTheDatabase implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            var offsets = persistence.untilItIsThere(() -> database.read(results::offsets));
            for (var partition : partitions) {
                var next = offsets.get(partition.partition());
                if (next == null) {
                    consumer.seekToBeginning(List.of(partition));
                } else {
                    consumer.seek(partition, next);
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // What was taken is in the database.
        }
    }
}
