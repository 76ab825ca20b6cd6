package io.meshtransformer.gateway.json;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** OpenAI's shape of a list. */
@RegisterForReflection
public record Listed(String object, List<?> data) {
    public static Listed of(List<?> data) {
        return new Listed("list", data);
    }
}
