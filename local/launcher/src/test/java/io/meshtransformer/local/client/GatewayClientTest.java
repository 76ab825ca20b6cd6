package io.meshtransformer.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers what a test has prepared; the real gateway is met in the integration tests. */
class GatewayClientTest {
    private static final CompletionRequest REQUEST =
            new CompletionRequest("stories", "Once", 8, 0.5, null, null, 7L, List.of("end"), true);

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> bodies = new ArrayList<>();
    private final List<String> lastEventIds = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private HttpServer server;
    private GatewayClient client;

    /** @param announced length of the body, where it shall break off; 0 else */
    private record Answer(int status, String body, int announced) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/completions", this::answer);
        server.start();
        client = new GatewayClient("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void textComesPieceByPieceUntilTheEndOfTheStream() throws Exception {
        answers.add(new Answer(200, chunk("a.0", " upon") + chunk("a.1", " a time") + "data: [DONE]\n\n", 0));

        client.stream(REQUEST, text::append);

        assertThat(text).hasToString(" upon a time");
        assertThat(bodies)
                .containsExactly(
                        "{\"model\":\"stories\",\"prompt\":\"Once\",\"max_tokens\":8,\"temperature\":0.5,\"seed\":7,"
                                + "\"stop\":[\"end\"],\"stream\":true}");
    }

    @Test
    void aBrokenStreamGoesOnWhereItBroke() throws Exception {
        answers.add(new Answer(200, chunk("a.0", " upon"), 10_000));
        answers.add(new Answer(200, chunk("a.1", " a time") + "data: [DONE]\n\n", 0));

        client.stream(REQUEST, text::append);

        assertThat(text).hasToString(" upon a time");
        assertThat(lastEventIds).containsExactly(null, "a.0");
    }

    @Test
    void aRefusalIsTheGatewaysOwnSentence() {
        answers.add(new Answer(
                404,
                "{\"error\":{\"message\":\"The model 'x' does not exist\",\"type\":\"invalid_request_error\"}}",
                0));

        assertThatThrownBy(() -> client.stream(REQUEST, text::append))
                .isInstanceOf(LauncherException.class)
                .hasMessage("The model 'x' does not exist");
    }

    @Test
    void anErrorInsideTheStreamEndsIt() {
        answers.add(new Answer(200, chunk("a.0", " upon") + "data: {\"error\":{\"message\":\"Too slow\"}}\n\n", 0));

        assertThatThrownBy(() -> client.stream(REQUEST, text::append))
                .isInstanceOf(LauncherException.class)
                .hasMessage("Too slow");
        assertThat(text).hasToString(" upon");
    }

    @Test
    void aGatewayThatIsNotThereIsNamed() {
        var address = server.getAddress().getPort();
        server.stop(0);

        assertThatThrownBy(() -> client.complete(REQUEST))
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith("no answer from the gateway at http://127.0.0.1:" + address);
    }

    private static String chunk(String id, String text) {
        return "id: " + id + "\ndata: {\"choices\":[{\"text\":\"" + text + "\"}]}\n\n";
    }

    private void answer(HttpExchange exchange) throws IOException {
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        lastEventIds.add(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        var answer = answers.remove();
        var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), Math.max(answer.announced(), bytes.length));
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        // Less than announced: the server gives up the connection.
        exchange.close();
    }
}
