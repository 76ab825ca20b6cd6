package io.meshtransformer.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Things of one kind that a gateway keeps, as its JSON. Every method throws a {@link LauncherException}: with the
 * gateway's own words if it refuses, or naming the address if nobody answers.
 */
final class GatewayResource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RECONNECT_FOR = Duration.ofMinutes(2);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    private static final HttpResponse.BodyHandler<InputStream> STREAM = HttpResponse.BodyHandlers.ofInputStream();

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param path such as {@code /v1/training/runs} */
    GatewayResource(String url, String path) {
        this.base = URI.create(url + path);
    }

    /** Where a thing is, and what of it. */
    URI address(String name, String rest) {
        return URI.create(
                base + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20") + rest);
    }

    /** Where they all are. */
    URI address(String rest) {
        return URI.create(base + rest);
    }

    JsonNode get(URI address) throws InterruptedException {
        return call(HttpRequest.newBuilder(address));
    }

    JsonNode post(URI address) throws InterruptedException {
        return call(HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.noBody()));
    }

    JsonNode post(URI address, JsonNode body) throws InterruptedException {
        return call(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    /** What is in a list. */
    List<JsonNode> list(URI address) throws InterruptedException {
        var list = new ArrayList<JsonNode>();
        get(address).path("data").forEach(list::add);
        return list;
    }

    /** Is told what happens. */
    @FunctionalInterface
    interface Listener {
        /**
         * @param kind of the event, or null
         * @return whether that was all
         */
        boolean heard(String kind, JsonNode event) throws InterruptedException;
    }

    /** Listens to a stream of events until that was all; a connection that breaks is taken up again where it broke. */
    void follow(URI events, Listener listener) throws InterruptedException {
        String lastId = null;
        var patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
        while (true) {
            var request = HttpRequest.newBuilder(events);
            if (lastId != null) {
                request.header("Last-Event-ID", lastId);
            }
            try (var body = GatewayAnswer.accepted(http.send(request.build(), STREAM))) {
                var reader = new EventReader(body);
                for (var event = reader.next(); event.isPresent(); event = reader.next()) {
                    var id = event.get().id();
                    lastId = id == null ? lastId : id;
                    patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
                    if (listener.heard(
                            event.get().name(), JSON.readTree(event.get().data()))) {
                        return;
                    }
                }
            } catch (IOException e) {
                if (System.nanoTime() > patienceEnds) {
                    throw GatewayAnswer.unreachable(base, e);
                }
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
    }

    private JsonNode call(HttpRequest.Builder request) throws InterruptedException {
        try (var body = GatewayAnswer.accepted(http.send(request.build(), STREAM))) {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw GatewayAnswer.unreachable(base, e);
        }
    }
}
