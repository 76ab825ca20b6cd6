package io.meshtransformer.gateway.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** OpenAI's shape of an error. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ErrorBody(Detail error) {
    /**
     * @param message a sentence
     * @param param the request field at fault, or null
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(String message, String type, String param, String code) {}
}
