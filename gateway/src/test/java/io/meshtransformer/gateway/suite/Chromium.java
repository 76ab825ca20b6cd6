package io.meshtransformer.gateway.suite;

import static io.meshtransformer.testkit.Patience.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.testkit.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A page in a real browser without a window, by Chromium's DevTools protocol. */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium-headless-shell", "chromium", "google-chrome");
    private static final String LISTENS = "DevTools listening on ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final WebSocket socket;
    private final String session;

    private Chromium(Path executable) throws IOException {
        profile = Files.createTempDirectory("chromium");
        process = new ProcessBuilder(
                        executable.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .redirectErrorStream(true)
                .start();
        socket =
                http.newWebSocketBuilder().buildAsync(address(), new Messages()).join();
        var target = call(Optional.empty(), "Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asText();
        session = call(Optional.empty(), "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asText();
    }

    /** A fresh browser; without one on this machine the test is skipped, and says so. */
    public static Chromium start() {
        var found = NAMES.stream()
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no browser is installed: one of " + NAMES + " is needed to see the pages");
        try {
            return new Chromium(found.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI address() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(LISTENS)) {
                // Read on, so that the browser never waits for somebody to read what it says.
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return URI.create(line.substring(LISTENS.length()));
            }
        }
        throw new IOException("the browser ended before it listened");
    }

    /** The window's inner size in CSS pixels; dark is what the person prefers. */
    public void look(int width, int height, boolean dark) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        var scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
    }

    public void open(URI page) {
        call("Page.navigate", Map.of("url", page.toString()));
    }

    public void reload() {
        call("Page.reload", Map.of());
    }

    /** The value of an expression; a promise is waited for. */
    public JsonNode evaluate(String expression) {
        var answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.at("/result/value");
    }

    /** Returns when the expression is true. */
    public void awaitTrue(String expression) {
        await().alias(expression).until(() -> evaluate(expression).asBoolean());
    }

    /** The text of the first element. */
    public String text(String selector) {
        return evaluate("document.querySelector('%s')?.innerText ?? ''".formatted(selector))
                .asText();
    }

    /** Presses a key in the element that has the focus. */
    public void press(String key) {
        for (var type : List.of("keyDown", "keyUp")) {
            call("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key));
        }
    }

    /** Moves the pointer to a part of an element's width and its middle height. */
    public void hover(String selector, double across) {
        var place = evaluate(
                "(({x,y,width,height})=>[x+width*%s,y+height/2])(document.querySelector('%s').getBoundingClientRect())"
                        .formatted(across, selector));
        call(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        "mouseMoved",
                        "x",
                        place.get(0).asDouble(),
                        "y",
                        place.get(1).asDouble()));
    }

    /** Writes the whole page as a picture. */
    public void picture(Path file) {
        var size = evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
        var clip = Map.of(
                "x",
                0,
                "y",
                0,
                "width",
                size.get(0).asInt(),
                "height",
                size.get(1).asInt(),
                "scale",
                1);
        var data = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip))
                .get("data")
                .asText();
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        return call(Optional.of(session), method, parameters);
    }

    private JsonNode call(Optional<String> inSession, String method, Map<String, ?> parameters) {
        int id = calls.incrementAndGet();
        var message = JSON.createObjectNode().put("id", id).put("method", method);
        inSession.ifPresent(name -> message.put("sessionId", name));
        message.set("params", JSON.valueToTree(parameters));
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        socket.sendText(message.toString(), true).join();
        try {
            var whole = answer.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
            if (whole.has("error")) {
                throw new AssertionError(method + ": " + whole.get("error"));
            }
            return whole.get("result");
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(method + " was not answered", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        try (var files = Files.walk(profile)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser says: answers, which come in pieces, and events, which nobody waits for. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String message) {
            try {
                var json = JSON.readTree(message);
                Optional.ofNullable(answers.remove(json.path("id").asInt())).ifPresent(answer -> answer.complete(json));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
