package io.meshtransformer.gateway.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.meshtransformer.contracts.ModelDescription;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** {@code /v1/models}. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelResource {
    private static final String OWNER = "mesh-transformer-java";

    private final ModelCatalog catalog;

    ModelResource(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** @param maxModelLength most tokens of prompt and completion together, under vLLM's name */
    public record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy,
            @JsonProperty("max_model_len") int maxModelLength) {
        static Model of(ModelDescription model) {
            return new Model(model.id(), "model", model.created().getEpochSecond(), OWNER, model.contextLength());
        }
    }

    public record Models(String object, List<Model> data) {}

    @GET
    public Models list() {
        return new Models("list", catalog.models().stream().map(Model::of).toList());
    }

    /** A name may have slashes, as those of Hugging Face do. */
    @GET
    @Path("/{id:.+}")
    public Model get(String id) {
        return Model.of(catalog.model(id));
    }
}
