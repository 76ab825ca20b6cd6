package io.meshtransformer.local.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What a gateway answers, or fails to. */
final class GatewayAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SUCCESS = 2;

    private GatewayAnswer() {}

    /** @throws LauncherException in the gateway's own words if it refuses */
    static InputStream accepted(HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() / 100 == SUCCESS) {
            return response.body();
        }
        try (var body = response.body()) {
            var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            try {
                throw refused(JSON.readTree(text));
            } catch (JsonProcessingException e) {
                throw new LauncherException(
                        "the gateway answered with status %d: %s".formatted(response.statusCode(), text), e);
            }
        }
    }

    static LauncherException refused(JsonNode body) {
        return new LauncherException(body.path("error").path("message").asText(body.toString()));
    }

    static LauncherException unreachable(URI address, IOException cause) {
        var reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new LauncherException("no answer from the gateway at " + address + ": " + reason, cause);
    }
}
