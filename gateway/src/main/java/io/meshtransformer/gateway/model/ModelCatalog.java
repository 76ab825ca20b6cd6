package io.meshtransformer.gateway.model;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.exchange.Inquiries;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The models that are served, as tokenizer-service told last. */
@Singleton
public final class ModelCatalog {
    private static final Logger LOG = Logger.getLogger(ModelCatalog.class);

    private final Inquiries inquiries;
    private final Duration expiry;
    private final Clock clock = Clock.systemUTC();
    private volatile Edition edition = new Edition(List.of(), Instant.MIN);

    private record Edition(List<ModelDescription> models, Instant learnt) {}

    ModelCatalog(Inquiries inquiries, GatewayConfiguration configuration) {
        this.inquiries = inquiries;
        this.expiry = configuration.models().expiry();
    }

    /** Asks for the list anew; what was known stays where no answer comes. */
    void refresh(Duration patience) throws InterruptedException {
        var request = new PromptRequest.DescribeModels("models-" + UUID.randomUUID());
        try (var inquiry = inquiries.ask(request, AnswerEvent.ModelsDescribed.class)) {
            var models = inquiry.await(patience).models();
            if (!models.equals(edition.models)) {
                LOG.infof("models served: %s", names(models));
            }
            edition = new Edition(models, clock.instant());
        } catch (ApiException e) {
            LOG.debugf("the list of models was not refreshed: %s", e.getMessage());
        }
    }

    /** Whether a list came within the expiry. */
    public boolean isFresh() {
        return clock.instant().isBefore(edition.learnt.plus(expiry));
    }

    /** @throws ApiException if no list has come yet */
    public List<ModelDescription> models() {
        if (edition.learnt.equals(Instant.MIN)) {
            throw new ApiException(
                    ErrorKind.UNAVAILABLE, "It is not known yet which models are served; please try again shortly");
        }
        return edition.models;
    }

    /** @throws ApiException if no such model is served */
    public ModelDescription model(String id) {
        return models().stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        ErrorKind.MODEL_NOT_FOUND,
                        "The model '%s' does not exist; served: %s".formatted(id, names(edition.models)),
                        "model"));
    }

    /**
     * The model of that name, or the first where none is named: what services were started for, before what was published.
     *
     * @param id may be null
     */
    public ModelDescription modelOrFirst(String id) {
        if (id != null) {
            return model(id);
        }
        if (models().isEmpty()) {
            throw new ApiException(ErrorKind.MISSING_FIELD, "'model' is missing, and none is served", "model");
        }
        return models().getFirst();
    }

    private static String names(List<ModelDescription> models) {
        return models.isEmpty()
                ? "none"
                : models.stream().map(ModelDescription::id).collect(Collectors.joining(", "));
    }
}
