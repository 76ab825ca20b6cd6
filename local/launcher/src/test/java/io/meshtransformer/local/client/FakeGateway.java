package io.meshtransformer.local.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshtransformer.local.process.ProcessIdentity;
import io.meshtransformer.local.suite.Home;
import io.meshtransformer.local.suite.StateFile;
import io.meshtransformer.local.suite.SuiteState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that answers what a test has prepared, and a home whose suite it seems to be. */
public final class FakeGateway implements AutoCloseable {
    private final HttpServer server;
    private final String path;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body) {}

    /** @param path of what it answers for, such as {@code /v1/training} */
    public FakeGateway(Path home, String path) {
        this.path = path;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(path, this::answer);
        server.start();
        var me = ProcessIdentity.current();
        var suite = new Home(home);
        suite.create();
        new StateFile(suite.stateFile())
                .write(new SuiteState(
                        SuiteState.Phase.READY, me, null, url(), "stories", "/models/stories", null, List.of()));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * The answer to the next call of this kind; the last one prepared stays.
     *
     * @param call such as {@code GET /runs/tales/events}
     */
    public FakeGateway prepare(String call, int status, String body) {
        answers.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(new Answer(status, body.replace('\'', '"')));
        return this;
    }

    /** Calls as they came, each with its query, its body and the event it goes on after. */
    public List<String> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var call = exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getPath().substring(path.length());
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var after = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        var query = exchange.getRequestURI().getQuery();
        asked.add(call + (query == null ? "" : "?" + query) + " " + body + (after == null ? "" : after));
        var prepared = answers.getOrDefault(call, new ArrayDeque<>(List.of(new Answer(404, "{}"))));
        var answer = prepared.size() > 1 ? prepared.poll() : prepared.peek();
        var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
