package io.meshtransformer.messaging;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.messaging.PartitionReader.Start;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Follows some requests from a place in the past into the present. The past is read by a consumer of its own up to where
 * the log ended; what the partition's {@link AnswerTail} hears meanwhile waits here, is told next, and from then on the
 * tail tells.
 */
final class Follower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Follower.class);

    private record Heard(AnswerEvent event, LogPlace place) {}

    private final Predicate<String> requestIds;
    private final Answers.Resumption resumption;
    private final Runnable pastIsOver;
    private final Queue<Heard> meanwhile = new ArrayDeque<>();
    private boolean present;
    private volatile boolean closed;
    private volatile PartitionReader past;
    /** Of the last event that the past's consumer told; not written any more when {@link #present} is true. */
    private LogPlace told;

    /** @param pastIsOver runs when no consumer is needed any more, perhaps twice */
    Follower(Predicate<String> requestIds, Answers.Resumption resumption, Runnable pastIsOver) {
        this.requestIds = requestIds;
        this.resumption = resumption;
        this.pastIsOver = pastIsOver;
    }

    /**
     * Begins with the past. The tail must already be telling this follower what is new.
     *
     * @throws PlaceNotKeptException if the log does not reach back so far
     */
    void begin(KafkaSettings settings, int partition, long fromOffset) {
        past = PartitionReader.start(
                "replay-" + partition + "-" + fromOffset,
                settings,
                List.of(AnswerTail.topicPartition(partition)),
                new Start.InThePast(fromOffset, this::goOnInThePresent),
                this::onPast);
        past.awaitReady();
    }

    private void onPast(ConsumerRecord<byte[], byte[]> record) {
        AnswerRecords.tell(record, (event, place) -> {
            if (!closed && requestIds.test(event.requestId())) {
                told = place;
                resumption.onPast(event, place);
            }
        });
    }

    private void goOnInThePresent() {
        try {
            resumption.onCaughtUp();
            for (var heard = nextHeardMeanwhile(); heard != null; heard = nextHeardMeanwhile()) {
                if (isNew(heard.place())) {
                    tellPast(heard);
                }
            }
        } finally {
            pastIsOver.run();
        }
    }

    /** The past goes on a little further than where the log ended, and the tail may be behind it. */
    private boolean isNew(LogPlace place) {
        return told == null || place.compareTo(told) > 0;
    }

    private void tellPast(Heard heard) {
        try {
            resumption.onPast(heard.event(), heard.place());
        } catch (RuntimeException e) {
            LOG.errorf(
                    e, "an event of the request %s was not taken", heard.event().requestId());
        }
    }

    /** Null when there is nothing left to tell: from that moment on the tail tells. */
    private synchronized Heard nextHeardMeanwhile() {
        if (closed) {
            return null;
        }
        var heard = meanwhile.poll();
        present = heard == null;
        return heard;
    }

    /** On the tail's thread. */
    void onPresent(AnswerEvent event, LogPlace place) {
        if (closed || !requestIds.test(event.requestId())) {
            return;
        }
        synchronized (this) {
            if (!present) {
                meanwhile.add(new Heard(event, place));
                return;
            }
        }
        if (!isNew(place)) {
            return;
        }
        try {
            resumption.onPresent(event, place);
        } catch (RuntimeException e) {
            LOG.errorf(e, "an event of the request %s was not taken", event.requestId());
        }
    }

    /** Returns at once; nothing is told after that, but what is being told. */
    @Override
    public void close() {
        closed = true;
        if (past != null) {
            past.stop();
        }
        pastIsOver.run();
    }
}
