package io.meshtransformer.gateway.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.http.Whole;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.Listed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code /v1/training/runs}: each call is a command to training-service. */
@Path("/v1/training")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class TrainingResource {
    private static final String YAML = "application/yaml";

    private final RequestBodies bodies;
    private final Admission admission;
    private final TrainingRuns runs;

    TrainingResource(RequestBodies bodies, Admission admission, TrainingRuns runs) {
        this.bodies = bodies;
        this.admission = admission;
        this.runs = runs;
    }

    @POST
    @Path("/runs")
    @Consumes(MediaType.APPLICATION_JSON)
    public byte[] submit(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        return submit(body, length, routing, JsonBody::tree);
    }

    @POST
    @Path("/runs")
    @Consumes(YAML)
    public byte[] submitYaml(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        return submit(body, length, routing, JsonBody::yamlTree);
    }

    private byte[] submit(
            InputStream body, Long length, RoutingContext routing, RequestBodies.Reader<ObjectNode> reader)
            throws InterruptedException {
        return admission.answer(
                routing, connection -> runs.submit(bodies.read(body, length, connection, reader), connection));
    }

    @GET
    @Path("/runs")
    public byte[] list(@Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> Listed.of(runs.list(connection)));
    }

    @GET
    @Path("/runs/{name}")
    public byte[] get(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> runs.describe(name, connection));
    }

    /** @param limit most steps of the answer; where there are more, every n-th is in it */
    @GET
    @Path("/runs/{name}/history")
    public byte[] history(String name, @RestQuery String from, @RestQuery String limit, @Context RoutingContext routing)
            throws InterruptedException {
        var first = Whole.parse("from", from);
        var most = Whole.parseSmall("limit", limit);
        return admission.answer(routing, connection -> runs.history(name, first, most, connection));
    }

    @POST
    @Path("/runs/{name}/cancel")
    public byte[] cancel(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> runs.cancel(name, connection));
    }

    @POST
    @Path("/runs/{name}/resume")
    public byte[] resume(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> runs.resume(name, connection));
    }

    @POST
    @Path("/runs/{name}/checkpoints/{step}/publish")
    public byte[] publish(String name, String step, @Context RoutingContext routing) throws InterruptedException {
        long number = Whole.parse("step", step);
        return admission.answer(routing, connection -> runs.publish(name, number, connection));
    }
}
