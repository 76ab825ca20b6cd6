package io.meshtransformer.gateway.http;

import static java.util.Objects.requireNonNull;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** The client's end of a request: whether it is still there, and a way to cut it off. */
public final class Connection {
    private static final String KEY_ID = "mtj.key";

    private final RoutingContext routing;

    public Connection(RoutingContext routing) {
        this.routing = requireNonNull(routing, "routing is null");
    }

    /** Says whose request it is. */
    public void identify(long keyId) {
        routing.put(KEY_ID, keyId);
    }

    /** The key its client showed, empty where none is required. */
    public Optional<Long> keyId() {
        return Optional.ofNullable(routing.get(KEY_ID));
    }

    /** Runs the action, on some thread, when the client has gone before it had its answer. */
    public void onLost(Runnable action) {
        // Called at the end of every request, whole answers included.
        routing.addEndHandler(_ -> {
            if (!routing.response().ended()) {
                action.run();
            }
        });
    }

    /** Ends the connection after a while, unless closed before. */
    public Reprieve cutAfter(Duration patience) {
        long timer = routing.vertx().setTimer(patience.toMillis(), _ -> cut());
        return () -> routing.vertx().cancelTimer(timer);
    }

    /** Keeps a connection from being cut. */
    @FunctionalInterface
    public interface Reprieve extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Lets the rest of the request's body come in and forgets it: a client that still writes does not read the refusal,
     * and to cut it off would lose the refusal on its way.
     *
     * @param patience after which it is cut off all the same
     */
    public void discardBody(Duration patience) {
        var request = routing.request();
        if (request.isEnded()) {
            return;
        }
        var reprieve = cutAfter(patience);
        request.endHandler(_ -> reprieve.close());
        request.handler(_ -> {});
        request.resume();
    }

    /** Ends the connection in the middle of the answer; whoever writes to it is told by an exception. */
    public void cut() {
        routing.request().connection().close();
    }
}
