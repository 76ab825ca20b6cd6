package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Patience;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The library's beans, made by hand for a broker, without Quarkus; all of {@link Topics#ALL} is there. */
final class Beans implements AutoCloseable {
    final KafkaSettings settings;
    final ReplyTopics replyTopics;
    final MessageSender sender;
    final AnswerSender answerSender;
    final Readers readers = new Readers();
    private final Deque<Runnable> closing = new ArrayDeque<>();

    Beans(String bootstrapServers) {
        settings = new KafkaSettings(Map.of("bootstrap.servers", bootstrapServers));
        topicSetup(Patience.LONG).createMissing(Topics.ALL);
        replyTopics = closed(new ReplyTopics(settings), ReplyTopics::close);
        sender = closed(
                new MessageSender(settings, new InstanceName(Optional.of("test-0"), "test")), MessageSender::close);
        sender.learnTopics();
        answerSender = new AnswerSender(sender);
    }

    TopicSetup topicSetup(Duration patience) {
        return topicSetup(settings, patience);
    }

    static TopicSetup topicSetup(KafkaSettings settings, Duration patience) {
        return new TopicSetup(settings, new TopicConfiguration() {
            @Override
            public short replicationFactor() {
                return 1;
            }

            @Override
            public Duration patience() {
                return patience;
            }
        });
    }

    /** Not started yet. */
    Answers answers(int partition) {
        return answers(partition, 128, Patience.LONG);
    }

    /** @param atOnce replays that may be in the past, and how long one more waits */
    Answers answers(int partition, int atOnce, Duration patience) {
        return closed(
                new Answers(settings, configuration(partition, atOnce, patience), replyTopics, readers),
                Answers::close);
    }

    EventLogs eventLogs() {
        return new EventLogs(settings, configuration(0, 128, Patience.LONG), replyTopics, readers);
    }

    private static GatewayConfiguration configuration(int partition, int atOnce, Duration patience) {
        return new GatewayConfiguration() {
            @Override
            public int replyPartition() {
                return partition;
            }

            @Override
            public Replays replays() {
                return new Replays() {
                    @Override
                    public int atOnce() {
                        return atOnce;
                    }

                    @Override
                    public Duration patience() {
                        return patience;
                    }
                };
            }
        };
    }

    CancellationReader cancellationReader() {
        return closed(new CancellationReader(settings, replyTopics, readers), CancellationReader::close);
    }

    /** Not started yet. */
    PublicationReader publicationReader(int most) {
        return closed(new PublicationReader(settings, replyTopics, readers, () -> most), PublicationReader::close);
    }

    private <T> T closed(T bean, Consumer<T> close) {
        closing.push(() -> close.accept(bean));
        return bean;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
