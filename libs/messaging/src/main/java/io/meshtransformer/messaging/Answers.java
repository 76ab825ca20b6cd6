package io.meshtransformer.messaging;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Brings answers to whoever waits for them in this gateway. It reads the gateway's own partition of the answers topic
 * and nobody else's, so what it reads doesn't grow with the number of gateways.
 */
@ApplicationScoped
public class Answers {
    private final ReplyTopics replyTopics;
    private final Readers readers;
    private final KafkaSettings settings;
    private final AnswerTails tails;
    private final GatewayConfiguration.Replays limits;
    private final Semaphore past;
    private final int partition;
    private volatile AnswerTail own;

    public Answers(KafkaSettings settings, GatewayConfiguration configuration, ReplyTopics topics, Readers readers) {
        this.settings = settings;
        this.tails = new AnswerTails(settings);
        this.partition = configuration.replyPartition();
        this.limits = configuration.replays();
        this.past = new Semaphore(limits.atOnce());
        this.replyTopics = topics;
        this.readers = readers;
    }

    /**
     * Begins to read; returns when no answer to a request sent from now on can be missed. Call it once, while the
     * service starts.
     *
     * @throws MessagingException if the topic has no such partition, or the broker doesn't answer
     */
    public synchronized void start() {
        if (own != null) {
            return;
        }
        unknownPartition(partition, "mtj.gateway.reply-partition").ifPresent(reason -> {
            throw new MessagingException(reason);
        });
        own = tails.enter(partition);
        readers.add(own.reader());
    }

    /** Where requests of this gateway must be answered. */
    public ReplyAddress address() {
        return new ReplyAddress(Topics.ANSWERS.name(), partition);
    }

    /**
     * Wants the events of a request. To be called before the request is sent: an answer may be back before the send is
     * confirmed.
     *
     * @return to be closed when nothing more is wanted
     * @throws IllegalStateException if somebody already waits for this request, or {@link #start()} was not called
     */
    public Registration register(String requestId, AnswerListener listener) {
        requireNonNull(requestId, "requestId is null");
        requireNonNull(listener, "listener is null");
        var tail = own;
        if (tail == null) {
            throw new IllegalStateException("the answers reader is not started");
        }
        long from = tail.reader().position();
        if (!tail.listen(requestId, listener)) {
            throw new IllegalStateException("somebody already waits for the request " + requestId);
        }
        return new Registration(partition, from, () -> tail.unlisten(requestId, listener));
    }

    /**
     * An interest in one request's events.
     *
     * @param fromOffset no event of a request that is sent after the registration stands before it
     */
    public record Registration(int partition, long fromOffset, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Is told what happened to some requests, then what happens; never twice at once, and in the log's order. */
    public interface Resumption {
        /** An event of the past, or of the present while this is not yet up to date. It may wait. */
        void onPast(AnswerEvent event, LogPlace place);

        /** Once, after the last event that stood in the log when the replay began. It may wait. */
        void onCaughtUp();

        /** Any later event. It must not wait: this is the thread that reads for all requests. */
        void onPresent(AnswerEvent event, LogPlace place);
    }

    /**
     * Tells every event of some requests from a place in the log on, of this gateway's partition or another one's, until
     * it is closed. Independent of {@link #register}.
     *
     * @param requestIds which requests; asked for each event of the partition
     * @throws PlaceNotKeptException if there is no such partition, or the log does not reach back so far
     * @throws TooManyReplaysException if too many are in the past at once
     * @throws MessagingException if the broker doesn't answer
     */
    public Replay replay(int partition, long fromOffset, Predicate<String> requestIds, Resumption resumption) {
        requireNonNull(requestIds, "requestIds is null");
        requireNonNull(resumption, "resumption is null");
        unknownPartition(partition, "the place to go on from").ifPresent(reason -> {
            throw new PlaceNotKeptException(reason);
        });
        var permit = permit();
        AnswerTail tail;
        try {
            tail = tails.enter(partition);
        } catch (MessagingException e) {
            permit.run();
            throw e;
        }
        var follower = new Follower(requestIds, resumption, permit);
        // First the present, so that nothing falls between it and the past.
        tail.follow(follower);
        var replay = new Replay(once(() -> {
            follower.close();
            tail.unfollow(follower);
            tails.leave(partition);
        }));
        try {
            follower.begin(settings, partition, fromOffset);
            return replay;
        } catch (MessagingException e) {
            replay.close();
            throw e;
        }
    }

    /** A reading of the past that goes on into the present. */
    public static final class Replay implements AutoCloseable {
        private final Runnable end;

        private Replay(Runnable end) {
            this.end = end;
        }

        /** Returns at once; an event that is being told is the last. */
        @Override
        public void close() {
            end.run();
        }
    }

    /** @return gives it back */
    private Runnable permit() {
        try {
            if (!past.tryAcquire(limits.patience().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new TooManyReplaysException(limits);
            }
            return once(past::release);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessagingException("interrupted while other streams are read again", e);
        }
    }

    private static Runnable once(Runnable action) {
        var done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    /** Why there is no such partition, where that is so. */
    private Optional<String> unknownPartition(int partition, String who) {
        int partitions = replyTopics.partitions(Topics.ANSWERS.name());
        return partition >= 0 && partition < partitions
                ? Optional.empty()
                : Optional.of(who + " is partition " + partition + ", but " + Topics.ANSWERS.name() + " has only "
                        + partitions + ", from 0 to " + (partitions - 1));
    }

    @PreDestroy
    void close() {
        tails.close();
    }
}
