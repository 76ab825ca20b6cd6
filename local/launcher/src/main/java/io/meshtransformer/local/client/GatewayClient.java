package io.meshtransformer.local.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;

/** Completions of a gateway. A stream whose connection breaks is taken up again where it broke. */
public final class GatewayClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END_OF_STREAM = "[DONE]";
    private static final Duration RECONNECT_FOR = Duration.ofSeconds(20);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

    private final URI completions;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    public GatewayClient(String url) {
        this.completions = URI.create(requireNonNull(url, "url is null") + "/v1/completions");
    }

    /**
     * The whole completion as the gateway answers it.
     *
     * @throws LauncherException with the gateway's own words if it refuses
     */
    public JsonNode complete(CompletionRequest request) throws InterruptedException {
        try {
            var response = http.send(post(request, null), HttpResponse.BodyHandlers.ofInputStream());
            return JSON.readTree(GatewayAnswer.accepted(response));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /**
     * Hands over the text of the completion piece by piece, and returns at its end.
     *
     * @throws LauncherException with the gateway's own words if it refuses or fails
     */
    public void stream(CompletionRequest request, Consumer<String> text) throws InterruptedException {
        var progress = new Progress(text);
        var patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
        while (!progress.ended) {
            try {
                var response = http.send(post(request, progress.lastId), HttpResponse.BodyHandlers.ofInputStream());
                read(new EventReader(GatewayAnswer.accepted(response)), progress);
                if (!progress.ended) {
                    throw new IOException("the stream ended before its end");
                }
            } catch (IOException e) {
                if (progress.lastId == null || System.nanoTime() > patienceEnds) {
                    throw unreachable(e);
                }
                Thread.sleep(BETWEEN_ATTEMPTS);
            }
            if (progress.moved) {
                patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
                progress.moved = false;
            }
        }
    }

    private static final class Progress {
        private final Consumer<String> text;
        private String lastId;
        private boolean moved;
        private boolean ended;

        private Progress(Consumer<String> text) {
            this.text = text;
        }
    }

    private static void read(EventReader events, Progress progress) throws IOException {
        for (var event = events.next(); event.isPresent(); event = events.next()) {
            var data = event.get().data();
            if (data.equals(END_OF_STREAM)) {
                progress.ended = true;
                return;
            }
            var chunk = JSON.readTree(data);
            if (chunk.has("error")) {
                throw GatewayAnswer.refused(chunk);
            }
            for (var choice : chunk.path("choices")) {
                progress.text.accept(choice.path("text").asText());
            }
            if (event.get().id() != null) {
                progress.lastId = event.get().id();
                progress.moved = true;
            }
        }
    }

    private HttpRequest post(CompletionRequest request, String lastEventId) {
        try {
            var builder = HttpRequest.newBuilder(completions)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(request)));
            if (lastEventId != null) {
                builder.header("Last-Event-ID", lastEventId);
            }
            return builder.build();
        } catch (JsonProcessingException e) {
            throw new LauncherException("the request can't be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private LauncherException unreachable(IOException cause) {
        return GatewayAnswer.unreachable(completions, cause);
    }
}
