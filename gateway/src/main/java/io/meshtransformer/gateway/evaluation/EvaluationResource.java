package io.meshtransformer.gateway.evaluation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.evaluation.EvaluationAnswers.Documents;
import io.meshtransformer.gateway.evaluation.EvaluationAnswers.Rebuilding;
import io.meshtransformer.gateway.evaluation.EvaluationAnswers.Verification;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.http.Whole;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.Listed;
import io.meshtransformer.gateway.json.MessageJson;
import io.meshtransformer.messaging.MessageSender;
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
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code /v1/evaluations}: each call is a command to eval-service. */
@Path("/v1/evaluations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class EvaluationResource {
    /** Leaves room for the rest of its command. */
    private static final int LONGEST_RECEIPT = MessageSender.LARGEST_MESSAGE_BYTES - 1024;

    private final RequestBodies bodies;
    private final Admission admission;
    private final Evaluations evaluations;

    EvaluationResource(RequestBodies bodies, Admission admission, Evaluations evaluations) {
        this.bodies = bodies;
        this.admission = admission;
        this.evaluations = evaluations;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response evaluate(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        try (var _ = admission.enter()) {
            var request = bodies.read(body, length, connection, EvaluationRequest::read);
            var evaluation = evaluations.evaluate(request, connection);
            return Response.accepted(MessageJson.write(evaluation))
                    .location(URI.create("/v1/evaluations/" + evaluation.name()))
                    .build();
        }
    }

    @GET
    public byte[] list(@Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> Listed.of(evaluations.list(connection)));
    }

    @GET
    @Path("/tasks")
    public byte[] tasks(@Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> Listed.of(evaluations.tasks(connection)));
    }

    /** @param sample documents of each task and protocol to ask again */
    @POST
    @Path("/verify")
    @Consumes(MediaType.APPLICATION_JSON)
    public byte[] verify(
            InputStream body,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length,
            @RestQuery String sample,
            @Context RoutingContext routing)
            throws InterruptedException {
        var most = Whole.parseSmall("sample", sample);
        return admission.answer(routing, connection -> {
            var receipt = JsonObject.of(bodies.read(body, length, connection, EvaluationResource::receipt));
            return Verification.of(evaluations.verify(receipt, most, connection));
        });
    }

    @GET
    @Path("/{name}")
    public byte[] get(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> evaluations.describe(name, connection));
    }

    @POST
    @Path("/{name}/pause")
    public byte[] pause(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> evaluations.pause(name, connection));
    }

    @POST
    @Path("/{name}/resume")
    public byte[] resume(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> evaluations.resume(name, connection));
    }

    @POST
    @Path("/{name}/cancel")
    public byte[] cancel(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> evaluations.cancel(name, connection));
    }

    @POST
    @Path("/{name}/rebuild")
    public byte[] rebuild(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> Rebuilding.of(evaluations.rebuild(name, connection)));
    }

    /**
     * @param from index of the first document
     * @param differing {@code true} for those alone that the protocols judge differently
     */
    @GET
    @Path("/{name}/documents")
    public byte[] documents(
            String name,
            @RestQuery String task,
            @RestQuery String from,
            @RestQuery String limit,
            @RestQuery String differing,
            @Context RoutingContext routing)
            throws InterruptedException {
        JsonBody.require(task, "task");
        var first = Whole.parseSmall("from", from);
        var most = Whole.parseSmall("limit", limit);
        var only = Flag.parse("differing", differing);
        return admission.answer(
                routing, connection -> Documents.of(evaluations.documents(name, task, first, most, only, connection)));
    }

    @GET
    @Path("/{name}/receipt")
    public byte[] receipt(String name, @Context RoutingContext routing) throws InterruptedException {
        return admission.answer(routing, connection -> evaluations.receipt(name, connection));
    }

    /** It goes on as part of one record. */
    private static ObjectNode receipt(byte[] body) {
        if (body.length > LONGEST_RECEIPT) {
            throw new ApiException(
                    ErrorKind.BODY_TOO_LARGE,
                    "A receipt may have %d bytes at most, it has %d".formatted(LONGEST_RECEIPT, body.length));
        }
        return JsonBody.tree(body);
    }
}
