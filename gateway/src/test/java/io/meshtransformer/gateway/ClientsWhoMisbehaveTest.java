package io.meshtransformer.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.suite.AlphabetModel;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedSuite;
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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients who vanish, do not read, wait too long or are too many. */
@QuarkusTest
@TestProfile(ClientsWhoMisbehaveTest.Tight.class)
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class ClientsWhoMisbehaveTest {
    private static final int CONCURRENT_REQUESTS = 3;

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
                    "mtj.gateway.request-timeout", "6s",
                    "mtj.gateway.streams.buffer", "100",
                    "mtj.gateway.streams.keep-alive", "200ms",
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
        try (var _ = ask("{'model':'alphabet','prompt':'Hang up'}", 65536)) {
            await().until(() -> !requestsFor("Hang up").isEmpty());
        }

        await().until(() -> cancelled("Hang up").equals(requestsFor("Hang up")));
    }

    @Test
    void whoHangsUpOnAScoreIsCancelledAtOnce() throws IOException {
        suite.script("Hang up too", (_, _) -> {});
        try (var _ = ask("/v1/score", "{'model':'alphabet','context':'Hang up too','continuations':['a']}", 65536)) {
            await().until(() -> suite.requests().stream().anyMatch(PromptRequest.Score.class::isInstance));
        }

        await().until(() -> suite.cancellations().stream()
                .anyMatch(cancellation -> cancellation.requestId().startsWith("score-")));
    }

    @Test
    void everyPromptThatIsNotDoneIsCancelledWhenTheStreamsReaderVanishes() throws IOException {
        suite.script(
                "Vanish",
                (request, reply) -> reply.send(
                        AlphabetModel.events((PromptRequest.Complete) request).getFirst()));
        try (var stream = client.stream(
                "{'model':'alphabet','prompt':['Vanish','done','Vanish'],'max_tokens':9,'stream':true}")) {
            stream.next();
            await().until(() -> requestsFor("Vanish").size() == 2);
        }

        await().until(() -> cancelled("Vanish").size() == 2);
        assertThat(cancelled("done")).isEmpty();
    }

    @Test
    void aReaderWhoDoesNotReadIsCutOffAndMayGoOnFromTheLog() throws IOException {
        int tokens = 800;
        var text = "x".repeat(10_000);
        suite.script("Flood", (request, reply) -> {
            var id = request.requestId();
            for (int index = 0; index < tokens; index++) {
                reply.send(new AnswerEvent.TokenGenerated(id, 0, index, 'x', text, null));
            }
            reply.send(new AnswerEvent.ChoiceFinished(id, 0, tokens, "", FinishReason.LENGTH, -1));
            reply.send(new AnswerEvent.GenerationCompleted(id, new Usage(5, tokens)));
        });
        var body = "{'model':'alphabet','prompt':'Flood','max_tokens':500,'stream':true}";

        String received;
        try (var socket = ask(body, 4096)) {
            var input = socket.getInputStream();
            var begin = new String(input.readNBytes(1000), StandardCharsets.UTF_8);
            // Nothing is read until the gateway has given up.
            await().until(() -> metrics().contains("mtj_gateway_streams_cut_total 1.0"));
            received = begin + readToTheEnd(input);
        }

        var ids = received.lines().filter(line -> line.startsWith("id: ")).toList();
        assertThat(ids.size()).isLessThan(tokens);
        var last = ids.get(ids.size() - 2).substring(4);
        var rest = client.stream(body, Optional.of(last)).rest();
        assertThat(rest.getLast().data()).isEqualTo("[DONE]");
        assertThat(rest.get(rest.size() - 2).data()).contains("\"finish_reason\":\"length\"");
        // The event after the last whole one, all others, the end and [DONE].
        assertThat(ids.size() - 1 + rest.size()).isEqualTo(tokens + 2);
    }

    @Test
    void aRequestThatTakesTooLongIsA408AndCancelled() {
        suite.script("Never", (_, _) -> {});

        var response = client.post("/v1/completions", "{'model':'alphabet','prompt':'Never'}");

        assertThat(response.statusCode()).isEqualTo(408);
        assertThat(response.body()).contains("request_timeout");
        await().until(() -> cancelled("Never").equals(requestsFor("Never")));
    }

    @Test
    void aStreamThatTakesTooLongEndsWithAnErrorAndIsKeptAliveUntilThen() throws IOException {
        suite.script(
                "Stall",
                (request, reply) -> reply.send(
                        AlphabetModel.events((PromptRequest.Complete) request).getFirst()));

        try (var socket = ask("{'model':'alphabet','prompt':'Stall','stream':true}", 65536)) {
            var received = new StringBuilder();
            var input = socket.getInputStream();
            while (received.indexOf("[DONE]") < 0) {
                received.append(new String(input.readNBytes(1), StandardCharsets.UTF_8));
            }
            assertThat(received).contains(": still here\n\n", "\"code\":\"request_timeout\"");
        }
        await().until(() -> cancelled("Stall").equals(requestsFor("Stall")));
    }

    @Test
    void oneRequestTooManyIsA429() {
        suite.script("Wait", (_, _) -> {});
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < CONCURRENT_REQUESTS; i++) {
            sockets.add(ask("{'model':'alphabet','prompt':'Wait'}", 65536));
        }
        await().until(() -> requestsFor("Wait").size() == CONCURRENT_REQUESTS);

        var response = client.post("/tokenize", "{'model':'alphabet','prompt':'a'}");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("rate_limit_error", "3 requests at a time");
        sockets.forEach(ClientsWhoMisbehaveTest::close);
        await().until(() ->
                client.post("/tokenize", "{'model':'alphabet','prompt':'a'}").statusCode() == 200);
    }

    private String metrics() {
        try (var operator = new GatewayClient(base)) {
            return operator.get("/q/metrics").body();
        }
    }

    private List<String> requestsFor(String prompt) {
        return suite.requests().stream()
                .filter(request -> request instanceof PromptRequest.Complete complete
                        && prompt.equals(complete.prompt().text()))
                .map(PromptRequest::requestId)
                .toList();
    }

    private List<String> cancelled(String prompt) {
        var ids = requestsFor(prompt);
        return suite.cancellations().stream()
                .map(cancellation -> cancellation.requestId())
                .filter(ids::contains)
                .toList();
    }

    private Socket ask(String body, int receiveBuffer) {
        return ask("/v1/completions", body, receiveBuffer);
    }

    /** Sends a request and reads nothing. */
    private Socket ask(String path, String body, int receiveBuffer) {
        try {
            var socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            socket.setSoTimeout(20_000);
            var json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            var head =
                    "POST %s HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                            .formatted(path, json.length);
            var out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(json);
            out.flush();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
