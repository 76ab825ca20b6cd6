package io.meshtransformer.gateway.event;

import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.messaging.MessagingException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Writes events to one client until it, or the gateway, is gone. */
final class EventStream {
    private static final Logger LOG = Logger.getLogger(EventStream.class);

    /** The log, as {@link io.meshtransformer.messaging.EventLog#past} reads it. */
    @FunctionalInterface
    interface Past {
        void read(String subject, int partition, long fromOffset, Told told);
    }

    /** Takes the events of the past. */
    @FunctionalInterface
    interface Told {
        void event(ShownEvent event);
    }

    private final EventQueue queue;
    private final Past log;
    private final Duration keepAlive;
    private final ServerSentEvents out;

    EventStream(EventQueue queue, Past log, Duration keepAlive, OutputStream out) {
        this.queue = queue;
        this.log = log;
        this.keepAlive = keepAlive;
        this.out = new ServerSentEvents(out);
    }

    /** What happens from now on to several subjects, which stand in several places of the log: nothing of it is read again. */
    void ofSeveral() throws IOException, InterruptedException {
        out.keepAlive();
        while (true) {
            switch (next()) {
                case EventQueue.Delivery.Event(var event) -> write(event, false);
                case EventQueue.Delivery.Behind _, EventQueue.Delivery.End _ -> {
                    out.flush();
                    return;
                }
            }
        }
    }

    /** How a subject is now, then what happens to it. */
    void fromNow(String type, byte[] now, String subject) throws IOException, InterruptedException {
        out.name(type);
        out.event(now);
        follow(subject, Optional.empty());
    }

    /** What happened to a subject after a place, then what happens to it. */
    void after(EventPlace place, String subject) throws IOException, InterruptedException {
        out.keepAlive();
        follow(subject, Optional.of(past(subject, place)));
    }

    private void follow(String subject, Optional<EventPlace> after) throws IOException, InterruptedException {
        var last = after;
        while (true) {
            switch (next()) {
                case EventQueue.Delivery.Event(var event) -> {
                    var place = EventPlace.of(event.place());
                    // The past goes on a little further than to where the queue begins.
                    if (last.isEmpty() || place.offset() > last.get().offset()) {
                        write(event, true);
                        last = Optional.of(place);
                    }
                }
                case EventQueue.Delivery.Behind _ -> {
                    if (last.isEmpty()) {
                        return;
                    }
                    queue.keepAgain();
                    last = Optional.of(past(subject, last.get()));
                }
                case EventQueue.Delivery.End _ -> {
                    out.flush();
                    return;
                }
            }
        }
    }

    /** @return the place of the last event written, that before them where there is none */
    private EventPlace past(String subject, EventPlace after) throws IOException {
        var last = new EventPlace[] {after};
        try {
            log.read(subject, after.partition(), after.offset() + 1, event -> {
                if (queue.ended()) {
                    throw new UncheckedIOException(new IOException("the reader is gone"));
                }
                try {
                    write(event, true);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                last[0] = EventPlace.of(event.place());
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (MessagingException e) {
            LOG.warnf("a stream about %s ends: %s", subject, e.getMessage());
            queue.end();
        }
        return last[0];
    }

    /** Events that came together leave together; before anything is waited for, all have left. */
    private EventQueue.Delivery next() throws IOException, InterruptedException {
        var ready = queue.take(Duration.ZERO);
        if (ready.isPresent()) {
            return ready.get();
        }
        out.flush();
        for (ready = queue.take(keepAlive); ready.isEmpty(); ready = queue.take(keepAlive)) {
            out.keepAlive();
        }
        return ready.get();
    }

    private void write(ShownEvent event, boolean withPlace) throws IOException {
        out.name(event.type());
        if (withPlace) {
            out.event(EventPlace.of(event.place()), event.json());
        } else {
            out.event(event.json());
        }
    }
}
