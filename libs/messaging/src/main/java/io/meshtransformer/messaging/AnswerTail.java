package io.meshtransformer.messaging;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.PartitionReader.Start;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;

/** The present of one partition of the answers topic: read once, for everybody in this gateway who wants its events. */
final class AnswerTail {
    private final Map<String, AnswerListener> listeners = new ConcurrentHashMap<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final PartitionReader reader;

    private AnswerTail(KafkaSettings settings, int partition) {
        this.reader = PartitionReader.start(
                "answers-" + partition,
                settings,
                List.of(topicPartition(partition)),
                new Start.AtEnd(),
                record -> AnswerRecords.tell(record, this::tell));
    }

    /** Begins to read; {@link #reader()} tells when nothing new can be missed any more. */
    static AnswerTail start(KafkaSettings settings, int partition) {
        return new AnswerTail(settings, partition);
    }

    static TopicPartition topicPartition(int partition) {
        return new TopicPartition(Topics.ANSWERS.name(), partition);
    }

    PartitionReader reader() {
        return reader;
    }

    /** @return whether nobody listened to this request yet */
    boolean listen(String requestId, AnswerListener listener) {
        return listeners.putIfAbsent(requestId, listener) == null;
    }

    void unlisten(String requestId, AnswerListener listener) {
        listeners.remove(requestId, listener);
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    void unfollow(Follower follower) {
        followers.remove(follower);
    }

    private void tell(AnswerEvent event, LogPlace place) {
        // Nobody listens to what is answered twice after a worker died, or when the client has gone.
        var listener = listeners.get(event.requestId());
        try {
            if (listener != null) {
                listener.onEvent(event, place);
            }
        } finally {
            followers.forEach(follower -> follower.onPresent(event, place));
        }
    }
}
