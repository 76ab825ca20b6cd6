package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/** One pass of {@link TopicSetup}: look, create what is missing, look again until all is there. */
final class TopicCreation implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TopicCreation.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ATTEMPT_MILLIS = 5_000;
    private static final String UNLIMITED = "-1";

    private final Admin admin;
    private final String bootstrapServers;
    private final TopicConfiguration configuration;

    TopicCreation(KafkaSettings settings, TopicConfiguration configuration) {
        var adminSettings = settings.admin();
        adminSettings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
        adminSettings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
        this.admin = Admin.create(adminSettings);
        this.bootstrapServers = settings.bootstrapServers();
        this.configuration = configuration;
    }

    void run(List<TopicDefinition> topics) {
        long deadline = System.nanoTime() + configuration.patience().toNanos();
        while (true) {
            var obstacle = attempt(topics);
            if (obstacle.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= deadline) {
                throw new MessagingException("Kafka at " + bootstrapServers
                        + " (kafka.bootstrap.servers) has not all topics after "
                        + configuration.patience().toSeconds() + " s (mtj.topics.patience): " + obstacle.get());
            }
            pause();
        }
    }

    /** Empty when nothing is missing any more, otherwise what is. */
    private Optional<String> attempt(List<TopicDefinition> topics) {
        try {
            return createMissing(topics);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException
                    || e.getCause() instanceof InvalidReplicationFactorException) {
                // A broker that starts, or a cluster of which too few brokers have.
                LOG.infof(
                        "waiting for Kafka at %s: %s",
                        bootstrapServers, e.getCause().getMessage());
                return Optional.of(e.getCause().getMessage());
            }
            throw new MessagingException(
                    "Kafka at " + bootstrapServers + " refuses to create the topics: "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while the topics are created", e);
        }
    }

    private Optional<String> createMissing(List<TopicDefinition> topics)
            throws ExecutionException, InterruptedException {
        var found = describe(topics);
        var absent = topics.stream()
                .filter(topic -> !found.containsKey(topic.name()))
                .toList();
        var narrow = topics.stream()
                .filter(topic -> found.containsKey(topic.name()))
                .filter(topic -> found.get(topic.name()).partitions().size() < topic.partitions())
                .toList();
        if (!absent.isEmpty()) {
            create(absent);
        }
        if (!narrow.isEmpty()) {
            widen(narrow);
        }
        var waiting = new ArrayList<>(absent);
        waiting.addAll(narrow);
        topics.stream()
                .filter(topic -> found.containsKey(topic.name()) && !hasLeaders(found.get(topic.name())))
                .forEach(waiting::add);
        return waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.stream()
                        .map(TopicDefinition::name)
                        .collect(Collectors.joining(", ", "no leader yet for ", "")));
    }

    private Map<String, TopicDescription> describe(List<TopicDefinition> topics)
            throws ExecutionException, InterruptedException {
        var names = topics.stream().map(TopicDefinition::name).toList();
        var found = new HashMap<String, TopicDescription>();
        for (var answer : admin.describeTopics(names).topicNameValues().entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }

    private void create(List<TopicDefinition> topics) throws ExecutionException, InterruptedException {
        var creations = admin.createTopics(topics.stream().map(this::creation).toList());
        for (var creation : creations.values().entrySet()) {
            // Another service may have been quicker.
            if (done(creation.getValue(), TopicExistsException.class)) {
                LOG.infof("created the topic %s", creation.getKey());
            }
        }
    }

    private NewTopic creation(TopicDefinition topic) {
        int largest = topic.name().endsWith(DeadLetters.SUFFIX)
                ? KafkaSettings.LARGEST_DEAD_LETTER_BYTES
                : Topics.MAX_MESSAGE_BYTES;
        var settings = new HashMap<String, String>();
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(largest));
        if (topic.kept()) {
            settings.put(TopicConfig.RETENTION_MS_CONFIG, UNLIMITED);
            settings.put(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
        } else {
            settings.put(
                    TopicConfig.RETENTION_MS_CONFIG,
                    String.valueOf(topic.retention().toMillis()));
        }
        return new NewTopic(topic.name(), topic.partitions(), configuration.replicationFactor()).configs(settings);
    }

    /** A topic that somebody made by writing to it has one partition. */
    private void widen(List<TopicDefinition> topics) throws ExecutionException, InterruptedException {
        var growth = topics.stream()
                .collect(
                        Collectors.toMap(TopicDefinition::name, topic -> NewPartitions.increaseTo(topic.partitions())));
        for (var widening : admin.createPartitions(growth).values().entrySet()) {
            if (done(widening.getValue(), InvalidPartitionsException.class)) {
                LOG.warnf("the topic %s had too few partitions and was given more", widening.getKey());
            }
        }
    }

    /** False where the answer is the error that says somebody else did it. */
    private static boolean done(KafkaFuture<Void> answer, Class<? extends Exception> alreadyDone)
            throws ExecutionException, InterruptedException {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            if (alreadyDone.isInstance(e.getCause())) {
                return false;
            }
            throw e;
        }
    }

    private static boolean hasLeaders(TopicDescription topic) {
        return topic.partitions().stream().allMatch(partition -> partition.leader() != null);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while the topics are created", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
