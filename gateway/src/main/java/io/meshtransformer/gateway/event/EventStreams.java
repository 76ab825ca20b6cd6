package io.meshtransformer.gateway.event;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.event.EventBroadcast.Subscription;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.gateway.json.JsonField;
import io.meshtransformer.messaging.EventLog;
import io.meshtransformer.messaging.MessagingException;
import io.meshtransformer.messaging.PlaceNotKeptException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The events of one topic as server-sent events: one reader of the topic for all streams. */
public final class EventStreams<E> {
    private static final Logger LOG = Logger.getLogger(EventStreams.class);

    private final EventLog<E> log;
    private final EventForm<E> form;
    private final EventBroadcast<E> broadcast;
    private final Duration keepAlive;

    /**
     * @param capacity events that wait for one reader before it is sent to the log
     * @param most streams at a time
     * @param keepAlive a comment is sent after this long without an event
     */
    public EventStreams(EventLog<E> log, EventForm<E> form, int capacity, int most, Duration keepAlive) {
        this.log = log;
        this.form = form;
        this.broadcast = new EventBroadcast<>(form, capacity, most);
        this.keepAlive = keepAlive;
    }

    /** While the gateway starts. */
    public void start() {
        log.start(broadcast::tell);
    }

    /** Streams have no end of their own, and would keep the gateway from its. */
    public void stop() {
        broadcast.end();
    }

    /** Streams there are. */
    public AtomicInteger open() {
        return broadcast.open();
    }

    /** What happens to several subjects from now on, to all where none is named. */
    public Response ofSeveral(Set<String> subjects, Connection connection) {
        return stream(broadcast.subscribe(subjects), connection, EventStream::ofSeveral);
    }

    /** How a subject is now. */
    @FunctionalInterface
    public interface Now {
        /** @return its JSON */
        byte[] ask() throws InterruptedException;
    }

    /**
     * A subject's events, first how it is now, which may know of the first of them already; after an event, where the
     * client names it.
     *
     * @param lastEventId what the client's header says, or null
     * @param type name of the event that says how it is now
     */
    public Response of(String subject, String lastEventId, String type, Now now, Connection connection)
            throws InterruptedException {
        if (lastEventId != null) {
            var after = EventPlace.parse(lastEventId, form.plural());
            requireKept(subject, after);
            return stream(broadcast.subscribe(Set.of(subject)), connection, stream -> stream.after(after, subject));
        }
        // Before it is asked for, so that nothing falls in between.
        var subscription = broadcast.subscribe(Set.of(subject));
        try {
            var json = now.ask();
            return stream(subscription, connection, stream -> stream.fromNow(type, json, subject));
        } catch (RuntimeException | InterruptedException e) {
            subscription.close();
            throw e;
        }
    }

    /** As long as there is no stream yet, a refusal has a status of its own. */
    private void requireKept(String subject, EventPlace after) {
        var whose = form.named(JsonField.shown(subject));
        try {
            log.requireKept(after.partition(), after.offset() + 1);
        } catch (PlaceNotKeptException e) {
            throw new ApiException(
                    ErrorKind.STREAM_NOT_FOUND,
                    "The events of %s cannot be gone on with (%s); without the header Last-Event-ID they begin with now"
                            .formatted(whose, e.getMessage()),
                    ServerSentEvents.LAST_EVENT_ID);
        } catch (MessagingException e) {
            LOG.warnf(e, "a stream of %s was not taken up again", form.plural());
            throw new ApiException(
                    ErrorKind.UNAVAILABLE,
                    "The events of %s cannot be gone on with now; please try again shortly".formatted(whose));
        }
    }

    @FunctionalInterface
    private interface Writing {
        void write(EventStream stream) throws IOException, InterruptedException;
    }

    private Response stream(Subscription subscription, Connection connection, Writing writing) {
        connection.onLost(subscription::close);
        return ServerSentEvents.response(out -> write(subscription, out, writing));
    }

    private void write(Subscription subscription, OutputStream out, Writing writing) throws IOException {
        try (subscription) {
            writing.write(new EventStream(subscription.queue(), this::past, keepAlive, out));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while streaming");
        }
    }

    private void past(String subject, int partition, long fromOffset, EventStream.Told told) {
        log.past(subject, partition, fromOffset, (event, place) -> told.event(form.show(event, place)));
    }
}
