package io.meshtransformer.gateway.tokenizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.exchange.Inquiries;
import io.meshtransformer.gateway.http.Admission;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.gateway.http.RequestBodies;
import io.meshtransformer.gateway.model.ModelCatalog;
import io.meshtransformer.gateway.model.ModelChecks;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.UUID;

/** {@code /tokenize}, {@code /detokenize} and {@code /tokenizer_info}, in vLLM's shapes. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class TokenizerResource {
    private final RequestBodies bodies;
    private final Admission admission;
    private final ModelCatalog catalog;
    private final Inquiries inquiries;
    private final GatewayConfiguration configuration;

    TokenizerResource(
            RequestBodies bodies,
            Admission admission,
            ModelCatalog catalog,
            Inquiries inquiries,
            GatewayConfiguration configuration) {
        this.bodies = bodies;
        this.admission = admission;
        this.catalog = catalog;
        this.inquiries = inquiries;
        this.configuration = configuration;
    }

    /** @param maxModelLength most tokens the model takes */
    public record Tokens(
            int count, @JsonProperty("max_model_len") int maxModelLength, TokenIds tokens) {}

    public record Text(String prompt) {}

    @POST
    @Path("tokenize")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Tokens tokenize(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        try (var _ = admission.enter()) {
            var request = bodies.read(body, length, connection, TokenizeRequest::read);
            var model = catalog.modelOrFirst(request.model());
            ModelChecks.tokenizer(model, "model");
            var question = new PromptRequest.Tokenize(id(), model.id(), request.prompt(), request.addSpecialTokens());
            var ids = answer(question, AnswerEvent.Tokenized.class, connection).ids();
            return new Tokens(ids.size(), model.contextLength(), ids);
        }
    }

    @POST
    @Path("detokenize")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Text detokenize(
            InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length, @Context RoutingContext routing)
            throws InterruptedException {
        var connection = new Connection(routing);
        try (var _ = admission.enter()) {
            var request = bodies.read(body, length, connection, DetokenizeRequest::read);
            var model = catalog.modelOrFirst(request.model());
            ModelChecks.tokenizer(model, "model");
            ModelChecks.tokenIds(request.tokens(), model, "tokens");
            var question = new PromptRequest.Detokenize(id(), model.id(), request.tokens());
            return new Text(
                    answer(question, AnswerEvent.Detokenized.class, connection).text());
        }
    }

    /** @param model a name, or null for the only model */
    @GET
    @Path("tokenizer_info")
    public TokenizerInfo info(@QueryParam("model") String model) {
        var served = catalog.modelOrFirst(model);
        return TokenizerInfo.of(served, ModelChecks.tokenizer(served, "model"));
    }

    private <T extends AnswerEvent> T answer(PromptRequest question, Class<T> kind, Connection connection)
            throws InterruptedException {
        return inquiries.answer(question, kind, configuration.requestTimeout(), connection);
    }

    private static String id() {
        return "tok-" + UUID.randomUUID();
    }
}
