package io.meshtransformer.gateway.training;

import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.gateway.json.MessageJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.RestQuery;

/** What happens to training runs, as server-sent events. */
@Path("/v1/training")
@RunOnVirtualThread
public final class EventResource {
    private final TrainingStreams streams;
    private final TrainingRuns runs;

    EventResource(TrainingStreams streams, TrainingRuns runs) {
        this.streams = streams;
        this.runs = runs;
    }

    /** Several runs' events, all where none is named, from now on. */
    @GET
    @Path("/events")
    public Response ofSeveral(@RestQuery List<String> run, @Context RoutingContext routing) {
        return streams.streams().ofSeveral(Set.copyOf(run), new Connection(routing));
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
        return streams.streams()
                .of(name, lastEventId, "run", () -> MessageJson.write(runs.describe(name, connection)), connection);
    }
}
