package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** POST /v1/completions over real HTTP, streamed and not. */
final class Completions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI root;

    Completions(String url) {
        this.root = URI.create(url);
    }

    static ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model);
    }

    /**
     * What a client saw of a stream.
     *
     * @param longestSilence between two pieces, the way to the first one included
     */
    record Stream(String text, List<Integer> tokenIds, String finishReason, Duration longestSilence) {}

    JsonNode complete(ObjectNode request) throws Exception {
        var response = post("/v1/completions", JSON.writeValueAsBytes(request));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    HttpResponse<String> post(String path, byte[] body) throws Exception {
        return HTTP.send(to(path, body), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(root.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    Stream stream(ObjectNode request) throws Exception {
        return stream(request, _ -> {});
    }

    /** @param seen told the number of token ids that came so far, after each piece */
    Stream stream(ObjectNode request, IntConsumer seen) throws Exception {
        request.put("stream", true).put("return_token_ids", true);
        var response = HTTP.send(
                to("/v1/completions", JSON.writeValueAsBytes(request)), HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(response.statusCode()).isEqualTo(200);
            return read(lines, seen);
        }
    }

    private static Stream read(BufferedReader lines, IntConsumer seen) throws IOException {
        var text = new StringBuilder();
        var ids = new ArrayList<Integer>();
        String finishReason = null;
        var silence = Duration.ZERO;
        var last = System.nanoTime();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.startsWith("data: ")) {
                continue;
            }
            var now = System.nanoTime();
            silence = silence.compareTo(Duration.ofNanos(now - last)) < 0 ? Duration.ofNanos(now - last) : silence;
            last = now;
            if (line.equals("data: [DONE]")) {
                return new Stream(text.toString(), List.copyOf(ids), finishReason, silence);
            }
            var chunk = JSON.readTree(line.substring("data: ".length()));
            assertThat(chunk.has("error")).as(line).isFalse();
            for (var choice : chunk.path("choices")) {
                text.append(choice.path("text").asText());
                choice.path("token_ids").forEach(id -> ids.add(id.asInt()));
                if (choice.hasNonNull("finish_reason")) {
                    finishReason = choice.get("finish_reason").asText();
                }
            }
            seen.accept(ids.size());
        }
        throw new AssertionError("the stream ended without [DONE], after " + ids.size() + " tokens");
    }

    private HttpRequest to(String path, byte[] body) {
        return HttpRequest.newBuilder(root.resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(2))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }
}
