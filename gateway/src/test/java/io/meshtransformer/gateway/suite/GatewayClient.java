package io.meshtransformer.gateway.suite;

import static io.meshtransformer.testkit.Patience.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.testkit.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Talks plain HTTP to a gateway; test bodies are written with single quotes. */
public final class GatewayClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Patience.LONG)
            .build();
    private final URI base;

    public GatewayClient(URI base) {
        this.base = base;
    }

    /** Returns when the gateway says that it is ready. */
    public GatewayClient awaitReady() {
        await().until(() -> get("/q/health/ready").statusCode() == 200);
        return this;
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String body) {
        return post(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    public HttpResponse<String> post(String path, byte[] body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Patience.LONG);
    }

    /** The JSON of a completions request that must be answered. */
    public JsonNode complete(String body) {
        return answered(post("/v1/completions", body));
    }

    public static JsonNode answered(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response.body());
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** An event of a stream. */
    public record Event(String id, String data) {
        public JsonNode json() {
            return GatewayClient.json(data);
        }
    }

    /** Begins a stream; with an event's id, after that event. */
    public EventStream stream(String body, Optional<String> lastEventId) {
        var request = request("/v1/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        return stream(request, lastEventId);
    }

    /** Events that are there for the asking; with an event's id, those after that event. */
    public EventStream events(String path, Optional<String> lastEventId) {
        return stream(request(path).GET(), lastEventId);
    }

    private EventStream stream(HttpRequest.Builder request, Optional<String> lastEventId) {
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        try {
            var response = http.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + " "
                        + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            return new EventStream(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public EventStream stream(String body) {
        return stream(body, Optional.empty());
    }

    /** Posts a request, with more header lines if need be, and reads nothing of its answer. */
    public Socket ask(String path, String body, int receiveBuffer, String... headers) {
        try {
            var socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            socket.setSoTimeout((int) Patience.LONG.toMillis());
            var json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            var head =
                    "POST %s HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
                            .formatted(
                                    path,
                                    json.length,
                                    Stream.of(headers)
                                            .map(line -> line + "\r\n")
                                            .collect(Collectors.joining()));
            var out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(json);
            out.flush();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** Server-sent events as they come; closing it cuts the connection. */
    public static final class EventStream implements AutoCloseable {
        private final BufferedReader lines;

        private EventStream(InputStream body) {
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /** The next event, comments left out; empty at the end. */
        public Optional<Event> next() {
            String id = null;
            try {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        return Optional.of(new Event(id, line.substring(6)));
                    }
                }
                return Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public List<Event> next(int count) {
            var events = new ArrayList<Event>();
            for (int i = 0; i < count; i++) {
                events.add(next().orElseThrow());
            }
            return events;
        }

        /** The next events whose data is wanted. */
        public List<Event> nextWhere(Predicate<JsonNode> wanted, int count) {
            return Stream.generate(() -> next().orElseThrow())
                    .filter(event -> wanted.test(event.json()))
                    .limit(count)
                    .toList();
        }

        public List<Event> rest() {
            var events = new ArrayList<Event>();
            for (var event = next(); event.isPresent(); event = next()) {
                events.add(event.get());
            }
            return events;
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
