package io.meshtransformer.messaging;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/**
 * How many partitions the topics have that answers go to. Asked before a request is worked on: sending to a topic that
 * isn't there would hold up the sender, and all who wait behind it, for seconds.
 */
@ApplicationScoped
public class ReplyTopics {
    private static final Logger LOG = Logger.getLogger(ReplyTopics.class);
    private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long PATIENCE_SECONDS = 5;

    private record Known(int partitions, long since) {}

    private final Admin admin;
    private final Map<String, Known> topics = new ConcurrentHashMap<>();

    public ReplyTopics(KafkaSettings settings) {
        this.admin = Admin.create(settings.admin());
    }

    /**
     * 0 for a topic that doesn't exist. Asks the broker at the first use of a topic, which takes milliseconds.
     *
     * @throws MessagingException if the broker doesn't answer, and never did for this topic
     */
    int partitions(String topic) {
        var known = topics.get(topic);
        if (known != null && System.nanoTime() - known.since() < FRESH_NANOS) {
            return known.partitions();
        }
        try {
            int partitions = ask(topic);
            if (partitions > 0) {
                topics.put(topic, new Known(partitions, System.nanoTime()));
            }
            return partitions;
        } catch (MessagingException e) {
            if (known == null) {
                throw e;
            }
            LOG.warnf("%s; going by what was known before", e.getMessage());
            return known.partitions();
        }
    }

    private int ask(String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                return 0;
            }
            throw new MessagingException("the broker does not describe the topic " + topic + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new MessagingException(
                    "the broker did not describe the topic " + topic + " within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while asking for the topic " + topic, e);
        }
    }

    @PreDestroy
    void close() {
        admin.close();
    }
}
