package io.meshtransformer.gateway.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.http.Whole;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.MessageJson;
import io.quarkus.runtime.annotations.RegisterForReflection;
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
import java.util.List;
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

    @RegisterForReflection
    record Runs(String object, List<RunDescription> data) {}

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
        var connection = new Connection(routing);
        try (var _ = admission.enter()) {
            var configuration = bodies.read(body, length, connection, reader);
            return MessageJson.write(runs.submit(configuration, connection));
        }
    }

    @GET
    @Path("/runs")
    public byte[] list(@Context RoutingContext routing) throws InterruptedException {
        try (var _ = admission.enter()) {
            return MessageJson.write(new Runs("list", runs.list(new Connection(routing))));
        }
    }

    @GET
    @Path("/runs/{name}")
    public byte[] get(String name, @Context RoutingContext routing) throws InterruptedException {
        return run(connection -> runs.describe(name, connection), routing);
    }

    /** @param limit most steps of the answer; where there are more, every n-th is in it */
    @GET
    @Path("/runs/{name}/history")
    public byte[] history(String name, @RestQuery String from, @RestQuery String limit, @Context RoutingContext routing)
            throws InterruptedException {
        var first = Whole.parse("from", from);
        var most = Whole.parseSmall("limit", limit);
        return run(connection -> runs.history(name, first, most, connection), routing);
    }

    @POST
    @Path("/runs/{name}/cancel")
    public byte[] cancel(String name, @Context RoutingContext routing) throws InterruptedException {
        return run(connection -> runs.cancel(name, connection), routing);
    }

    @POST
    @Path("/runs/{name}/resume")
    public byte[] resume(String name, @Context RoutingContext routing) throws InterruptedException {
        return run(connection -> runs.resume(name, connection), routing);
    }

    @POST
    @Path("/runs/{name}/checkpoints/{step}/publish")
    public byte[] publish(String name, String step, @Context RoutingContext routing) throws InterruptedException {
        long number = Whole.parse("step", step);
        return run(connection -> runs.publish(name, number, connection), routing);
    }

    @FunctionalInterface
    private interface Call {
        Object on(Connection connection) throws InterruptedException;
    }

    private byte[] run(Call call, RoutingContext routing) throws InterruptedException {
        try (var _ = admission.enter()) {
            return MessageJson.write(call.on(new Connection(routing)));
        }
    }
}
