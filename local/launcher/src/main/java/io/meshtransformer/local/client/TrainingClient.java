package io.meshtransformer.local.client;

import static java.util.Objects.requireNonNull;

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
 * Training runs of a gateway, as its JSON. Every method throws a {@link LauncherException}: with the gateway's own words
 * if it refuses, or naming the address if nobody answers.
 */
public final class TrainingClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RECONNECT_FOR = Duration.ofMinutes(2);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    private static final HttpResponse.BodyHandler<InputStream> STREAM = HttpResponse.BodyHandlers.ofInputStream();

    private final URI runs;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    public TrainingClient(String url) {
        this.runs = URI.create(requireNonNull(url, "url is null") + "/v1/training/runs");
    }

    public JsonNode submit(JsonNode configuration) throws InterruptedException {
        var body = HttpRequest.BodyPublishers.ofString(configuration.toString());
        return call(HttpRequest.newBuilder(runs)
                .header("Content-Type", "application/json")
                .POST(body));
    }

    /** All runs, newest first. */
    public List<JsonNode> list() throws InterruptedException {
        var list = new ArrayList<JsonNode>();
        call(HttpRequest.newBuilder(runs)).path("data").forEach(list::add);
        return list;
    }

    public JsonNode describe(String run) throws InterruptedException {
        return call(HttpRequest.newBuilder(address(run, "")));
    }

    /** @param limit most steps of the curve */
    public JsonNode history(String run, int limit) throws InterruptedException {
        return call(HttpRequest.newBuilder(address(run, "/history?limit=" + limit)));
    }

    /** Commits and stops. */
    public JsonNode cancel(String run) throws InterruptedException {
        return call(HttpRequest.newBuilder(address(run, "/cancel")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Goes on from the last commit. */
    public JsonNode resume(String run) throws InterruptedException {
        return call(HttpRequest.newBuilder(address(run, "/resume")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Is told how a run is, and what happens to it. */
    public interface Follower {
        void onRun(JsonNode description);

        void onEvent(JsonNode event);

        /** Asked after each: whether that was all. */
        boolean done();
    }

    /** Follows a run until the follower is done; a connection that breaks is taken up again where it broke. */
    public void follow(String run, Follower follower) throws InterruptedException {
        String lastId = null;
        var patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
        while (true) {
            var request = HttpRequest.newBuilder(address(run, "/events"));
            if (lastId != null) {
                request.header("Last-Event-ID", lastId);
            }
            try (var body = GatewayAnswer.accepted(http.send(request.build(), STREAM))) {
                var events = new EventReader(body);
                for (var event = events.next(); event.isPresent(); event = events.next()) {
                    tell(event.get(), follower);
                    lastId = event.get().id() == null ? lastId : event.get().id();
                    patienceEnds = System.nanoTime() + RECONNECT_FOR.toNanos();
                    if (follower.done()) {
                        return;
                    }
                }
            } catch (IOException e) {
                if (System.nanoTime() > patienceEnds) {
                    throw GatewayAnswer.unreachable(runs, e);
                }
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
    }

    private static void tell(EventReader.Event event, Follower follower) throws IOException {
        var data = JSON.readTree(event.data());
        if ("run".equals(event.name())) {
            follower.onRun(data);
        } else {
            follower.onEvent(data);
        }
    }

    private URI address(String run, String rest) {
        return URI.create(
                runs + "/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20") + rest);
    }

    private JsonNode call(HttpRequest.Builder request) throws InterruptedException {
        try (var body = GatewayAnswer.accepted(http.send(request.build(), STREAM))) {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw GatewayAnswer.unreachable(runs, e);
        }
    }
}
