package io.meshtransformer.gateway.score;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.exchange.Inquiries;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.model.ModelCatalog;
import io.meshtransformer.gateway.model.ModelChecks;
import io.meshtransformer.gateway.usage.UsageLedger;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.time.Instant;
import java.util.UUID;

/** {@code POST /v1/score}: how likely a model finds continuations of a context. */
@Path("/v1/score")
public final class ScoreResource {
    private final RequestBodies bodies;
    private final Admission admission;
    private final ModelCatalog catalog;
    private final Inquiries inquiries;
    private final UsageLedger ledger;
    private final GatewayConfiguration configuration;

    ScoreResource(
            RequestBodies bodies,
            Admission admission,
            ModelCatalog catalog,
            Inquiries inquiries,
            UsageLedger ledger,
            GatewayConfiguration configuration) {
        this.bodies = bodies;
        this.admission = admission;
        this.catalog = catalog;
        this.inquiries = inquiries;
        this.ledger = ledger;
        this.configuration = configuration;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public ScoreResponse score(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        try (var _ = admission.enter()) {
            var request =
                    bodies.read(body, length, connection, bytes -> ScoreRequest.read(bytes, configuration.limits()));
            var model = catalog.model(request.model());
            ModelChecks.fits(request.context(), 1, model, "context");
            request.continuations().forEach(each -> ModelChecks.fits(each, 0, model, "continuations"));
            var patience = configuration.requestTimeout();
            var question = new PromptRequest.Score(
                    "score-" + UUID.randomUUID(),
                    request.model(),
                    Priority.INTERACTIVE,
                    request.context(),
                    request.continuations(),
                    Instant.now().plus(patience));
            var answer = inquiries.answer(question, AnswerEvent.ScoreCompleted.class, patience, connection);
            ledger.add(connection.keyId(), request.model(), answer.usage());
            return ScoreResponse.of(request.model(), answer);
        }
    }
}
