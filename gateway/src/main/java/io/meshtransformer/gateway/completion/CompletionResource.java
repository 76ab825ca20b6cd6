package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.completion.CompletionCall.Told;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.ClientLostException;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.gateway.model.ModelCatalog;
import io.meshtransformer.gateway.usage.UsageLedger;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code POST /v1/completions}: one response, or a stream of server-sent events that can be gone on with. */
@Path("/v1/completions")
public final class CompletionResource {
    /** A reader who has stopped reading is cut off this long after the request's time is over. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final RequestBodies bodies;
    private final Admission admission;
    private final ModelCatalog catalog;
    private final CompletionCalls calls;
    private final UsageLedger ledger;
    private final GatewayConfiguration configuration;

    CompletionResource(
            RequestBodies bodies,
            Admission admission,
            ModelCatalog catalog,
            CompletionCalls calls,
            UsageLedger ledger,
            GatewayConfiguration configuration) {
        this.bodies = bodies;
        this.admission = admission;
        this.catalog = catalog;
        this.calls = calls;
        this.ledger = ledger;
        this.configuration = configuration;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response complete(
            InputStream body,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length,
            @HeaderParam(StreamPlace.HEADER) String lastEventId,
            @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        var permit = admission.enter();
        try {
            var request = bodies.read(
                    body, length, connection, bytes -> CompletionRequestReader.read(bytes, configuration.limits()));
            var fitting = ModelFit.fit(request, catalog.model(request.model()));
            if (lastEventId == null) {
                var call = calls.begin(fitting, connection, permit);
                return request.stream() ? streamed(call, null, connection) : whole(call, connection);
            }
            if (!request.stream()) {
                throw ApiException.invalid(StreamPlace.HEADER, "Only a stream is gone on with: 'stream' must be true");
            }
            var after = StreamPlace.parse(lastEventId);
            return streamed(calls.resume(after, fitting, connection, permit), after, connection);
        } catch (RuntimeException | InterruptedException e) {
            permit.close();
            throw e;
        }
    }

    private Response whole(CompletionCall call, Connection connection) throws InterruptedException {
        try (call) {
            return Response.ok(WholeAnswer.of(call, usage(call, connection)), MediaType.APPLICATION_JSON)
                    .build();
        }
    }

    /** Answers only when there is something to stream: until then a failure has its own status. */
    private Response streamed(CompletionCall call, StreamPlace after, Connection connection)
            throws InterruptedException {
        Told first;
        try {
            first = first(call);
        } catch (RuntimeException | InterruptedException e) {
            if (after != null && e instanceof ClientLostException) {
                call.leaveRunning(configuration.streams().grace());
            }
            call.close();
            throw e;
        }
        var answer = new StreamedAnswer(call, after, configuration.streams().keepAlive(), usage(call, connection));
        return ServerSentEvents.response(out -> stream(call, answer, first, out, connection));
    }

    private Consumer<Usage> usage(CompletionCall call, Connection connection) {
        var key = connection.keyId();
        return usage -> ledger.add(key, call.request().model(), usage);
    }

    private static Told first(CompletionCall call) throws InterruptedException {
        var told = Optional.<Told>empty();
        while (told.isEmpty()) {
            told = call.next(WholeAnswer.FOR_EVER);
        }
        return told.get();
    }

    private void stream(CompletionCall call, StreamedAnswer answer, Told first, OutputStream out, Connection connection)
            throws IOException {
        try (call;
                var _ = connection.cutAfter(configuration.requestTimeout().plus(LAST_WORDS))) {
            try {
                answer.write(first, out);
            } catch (ClientLostException | IOException e) {
                call.leaveRunning(configuration.streams().grace());
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while streaming");
            }
        }
    }
}
