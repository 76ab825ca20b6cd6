package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.ServerSentEvents;
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

/** How evaluations stand, as server-sent events. */
@Path("/v1/evaluations")
@RunOnVirtualThread
public final class EvaluationEventResource {
    private final EvaluationStreams streams;
    private final Evaluations evaluations;

    EvaluationEventResource(EvaluationStreams streams, Evaluations evaluations) {
        this.streams = streams;
        this.evaluations = evaluations;
    }

    /** Several evaluations' events, all where none is named, from now on. */
    @GET
    @Path("/events")
    public Response ofSeveral(@RestQuery List<String> evaluation, @Context RoutingContext routing) {
        return streams.streams().ofSeveral(Set.copyOf(evaluation), new Connection(routing));
    }

    /** An evaluation's events, first how it stands now; after an event, where the client names it. */
    @GET
    @Path("/{name}/events")
    public Response ofOne(
            String name,
            @HeaderParam(ServerSentEvents.LAST_EVENT_ID) String lastEventId,
            @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        return streams.streams()
                .of(
                        name,
                        lastEventId,
                        EvaluationEventForm.TYPE,
                        () -> EvaluationEventForm.json(evaluations.describe(name, connection)),
                        connection);
    }
}
