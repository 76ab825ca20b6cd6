package io.meshtransformer.gateway.training;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.gateway.json.JsonField;
import io.meshtransformer.gateway.training.EventBroadcast.Subscription;
import io.meshtransformer.messaging.MessagingException;
import io.meshtransformer.messaging.PlaceNotKeptException;
import io.meshtransformer.messaging.TrainingEvents;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestQuery;

/** What happens to training runs, as server-sent events. */
@Path("/v1/training")
@RunOnVirtualThread
public final class EventResource {
    private static final Logger LOG = Logger.getLogger(EventResource.class);

    private final EventBroadcast broadcast;
    private final TrainingRuns runs;
    private final TrainingEvents log;
    private final GatewayConfiguration configuration;

    EventResource(EventBroadcast broadcast, TrainingRuns runs, TrainingEvents log, GatewayConfiguration configuration) {
        this.broadcast = broadcast;
        this.runs = runs;
        this.log = log;
        this.configuration = configuration;
    }

    /** Several runs' events, all where none is named, from now on. */
    @GET
    @Path("/events")
    public Response ofSeveral(@RestQuery List<String> run, @Context RoutingContext routing) {
        return stream(broadcast.subscribe(Set.copyOf(run)), new Connection(routing), EventStream::ofSeveral);
    }

    /**
     * A run's events, first how it is now, which may know of the first of them already; after an event, where the client
     * names it.
     */
    @GET
    @Path("/runs/{name}/events")
    public Response ofRun(
            String name,
            @HeaderParam(ServerSentEvents.LAST_EVENT_ID) String lastEventId,
            @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        if (lastEventId != null) {
            var after = EventPlace.parse(lastEventId);
            requireKept(name, after);
            return stream(broadcast.subscribe(Set.of(name)), connection, stream -> stream.ofRun(name, after));
        }
        // Before the run is asked for, so that nothing falls in between.
        var subscription = broadcast.subscribe(Set.of(name));
        try {
            var now = runs.describe(name, connection);
            return stream(subscription, connection, stream -> stream.ofRun(now));
        } catch (RuntimeException | InterruptedException e) {
            subscription.close();
            throw e;
        }
    }

    /** As long as there is no stream yet, a refusal has a status of its own. */
    private void requireKept(String run, EventPlace after) {
        try {
            log.requireKept(after.partition(), after.offset() + 1);
        } catch (PlaceNotKeptException e) {
            throw new ApiException(
                    ErrorKind.STREAM_NOT_FOUND,
                    "The events of the run '%s' cannot be gone on with (%s); without the header Last-Event-ID they begin with now"
                            .formatted(JsonField.shown(run), e.getMessage()),
                    ServerSentEvents.LAST_EVENT_ID);
        } catch (MessagingException e) {
            LOG.warn("a stream of training events was not taken up again", e);
            throw new ApiException(
                    ErrorKind.UNAVAILABLE,
                    "The events of the run cannot be gone on with now; please try again shortly");
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
            writing.write(new EventStream(
                    subscription.queue(), log::past, configuration.streams().keepAlive(), out));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while streaming");
        }
    }
}
