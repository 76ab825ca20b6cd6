package io.meshtransformer.gateway;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.suite.AlphabetModel;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedSuite;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients who vanish, do not read or are too many. */
@QuarkusTest
@TestProfile(ClientsWhoMisbehaveTest.Tight.class)
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class ClientsWhoMisbehaveTest {
    private static final int CONCURRENT_REQUESTS = 3;
    private static final String COMPLETIONS = "/v1/completions";
    private static final String FLOOD = "{'model':'alphabet','prompt':'Flood','max_tokens':500,'stream':true}";
    private static final int FLOOD_TOKENS = 800;

    @TestHTTPResource
    URI base;

    @Inject
    ScriptedSuite suite;

    private GatewayClient client;

    /** Limits that a test reaches. */
    public static final class Tight implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mtj.gateway.concurrent-requests", String.valueOf(CONCURRENT_REQUESTS),
                    "mtj.gateway.replays.at-once", "1",
                    "mtj.gateway.replays.patience", "100ms",
                    "mtj.gateway.streams.buffer", "100",
                    "mtj.gateway.streams.grace", "500ms");
        }
    }

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
        // The next test has all places.
        await().until(() -> metrics().contains("mtj_gateway_requests_running 0.0"));
    }

    @Test
    void whoHangsUpOnAWholeAnswerIsCancelledAtOnce() throws IOException {
        suite.script("Hang up", (_, _) -> {});
        try (var _ = client.ask(COMPLETIONS, "{'model':'alphabet','prompt':'Hang up'}", 65536)) {
            await().until(() -> !suite.requestsFor("Hang up").isEmpty());
        }

        await().until(() -> suite.cancellationsOf("Hang up").equals(suite.requestsFor("Hang up")));
    }

    @Test
    void whoHangsUpOnAScoreIsCancelledAtOnce() throws IOException {
        suite.script("Hang up too", (_, _) -> {});
        try (var _ =
                client.ask("/v1/score", "{'model':'alphabet','context':'Hang up too','continuations':['a']}", 65536)) {
            await().until(() -> suite.requests().stream().anyMatch(PromptRequest.Score.class::isInstance));
        }

        await().until(() -> suite.cancellations().stream()
                .anyMatch(cancellation -> cancellation.requestId().startsWith("score-")));
    }

    @Test
    void everyPromptThatIsNotDoneIsCancelledWhenTheStreamsReaderVanishes() throws IOException {
        var done = new CompletableFuture<Void>();
        suite.script("Vanish", (request, reply) -> {
            done.join();
            reply.send(AlphabetModel.events((PromptRequest.Complete) request).getFirst());
        });
        try (var stream = client.stream(
                "{'model':'alphabet','prompt':['Vanish','done','Vanish'],'max_tokens':9,'stream':true}")) {
            // Nine tokens and the end; what comes next tells that the gateway has seen the end as well.
            stream.next(10);
            done.complete(null);
            stream.next(1);
            await().until(() -> suite.requestsFor("Vanish").size() == 2);
        }

        await().until(() -> suite.cancellationsOf("Vanish").size() == 2);
        assertThat(suite.cancellationsOf("done")).isEmpty();
    }

    @Test
    void aReaderWhoDoesNotReadIsCutOffAndMayGoOnFromTheLog() throws IOException {
        var written = scriptFlood();
        var cuts = cuts();
        String received;
        try (var socket = client.ask(COMPLETIONS, FLOOD, 4096)) {
            var input = socket.getInputStream();
            var begin = new String(input.readNBytes(1000), StandardCharsets.UTF_8);
            // Nothing is read until the gateway has given up.
            await().until(() -> cuts() > cuts);
            received = begin + readToTheEnd(input);
        }

        var ids = received.lines().filter(line -> line.startsWith("id: ")).toList();
        assertThat(ids.size()).isLessThan(FLOOD_TOKENS);
        var last = ids.get(ids.size() - 2).substring(4);
        // While the flood goes on, whoever resumes it would meet the present and be too slow for it again.
        assertThat(written).succeedsWithin(Patience.LONG);
        var rest = client.stream(FLOOD, Optional.of(last)).rest();
        assertThat(rest.getLast().data()).isEqualTo("[DONE]");
        assertThat(rest.get(rest.size() - 2).data()).contains("\"finish_reason\":\"length\"");
        // The event after the last whole one, all others, the end and [DONE].
        assertThat(ids.size() - 1 + rest.size()).isEqualTo(FLOOD_TOKENS + 2);
    }

    @Test
    void oneResumptionTooManyIsA503UntilAnotherIsDone() throws IOException {
        var written = scriptFlood();
        String first;
        try (var stream = client.stream(FLOOD)) {
            first = stream.next().orElseThrow().id();
        }
        assertThat(written).succeedsWithin(Patience.LONG);

        try (var slow = client.ask(COMPLETIONS, FLOOD, 4096, "Last-Event-ID: " + first)) {
            // It has begun, and reads no more: its past is not over.
            slow.getInputStream().readNBytes(1000);
            var response = resume(first);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            var error = GatewayClient.json(response.body()).get("error");
            assertThat(error.at("/type").asText()).isEqualTo("server_error");
            assertThat(error.at("/code").asText()).isEqualTo("overloaded");
            assertThat(error.at("/message").asText()).contains("1 streams are being read again already");
        }
        await().until(() -> resume(first).statusCode() == 200);
    }

    @Test
    void oneRequestTooManyIsA429() {
        suite.script("Wait", (_, _) -> {});
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < CONCURRENT_REQUESTS; i++) {
            sockets.add(client.ask(COMPLETIONS, "{'model':'alphabet','prompt':'Wait'}", 65536));
        }
        await().until(() -> suite.requestsFor("Wait").size() == CONCURRENT_REQUESTS);

        var response = client.post("/tokenize", "{'model':'alphabet','prompt':'a'}");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("rate_limit_error", "3 requests at a time");
        sockets.forEach(ClientsWhoMisbehaveTest::close);
        await().until(() ->
                client.post("/tokenize", "{'model':'alphabet','prompt':'a'}").statusCode() == 200);
    }

    private HttpResponse<String> resume(String lastEventId) {
        return client.send(client.request(COMPLETIONS)
                .header("Content-Type", "application/json")
                .header("Last-Event-ID", lastEventId)
                .POST(BodyPublishers.ofString(FLOOD.replace('\'', '"'))));
    }

    /** Streams that were cut off so far. */
    private double cuts() {
        var name = "mtj_gateway_streams_cut_total ";
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    private String metrics() {
        try (var operator = new GatewayClient(base)) {
            return operator.get("/q/metrics").body();
        }
    }

    /**
     * Answers as fast as it can with more than any buffer on the way holds.
     *
     * @return ends when all of it stands in the log
     */
    private CompletableFuture<Void> scriptFlood() {
        var text = "x".repeat(10_000);
        var written = new CompletableFuture<Void>();
        suite.script("Flood", (request, reply) -> {
            var id = request.requestId();
            for (int index = 0; index < FLOOD_TOKENS; index++) {
                reply.send(new AnswerEvent.TokenGenerated(id, 0, index, 'x', text, null));
            }
            reply.send(new AnswerEvent.ChoiceFinished(id, 0, FLOOD_TOKENS, "", FinishReason.LENGTH, -1));
            reply.send(new AnswerEvent.GenerationCompleted(id, new Usage(5, FLOOD_TOKENS)))
                    .thenRun(() -> written.complete(null));
        });
        return written;
    }

    /** What comes until the connection ends, in good order or not. */
    private static String readToTheEnd(InputStream input) {
        var received = new StringBuilder();
        var buffer = new byte[65536];
        try {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                received.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException _) {
            // Cut off: what came before counts.
        }
        return received.toString();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
