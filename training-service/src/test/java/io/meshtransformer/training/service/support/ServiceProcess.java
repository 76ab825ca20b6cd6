package io.meshtransformer.training.service.support;

import io.meshtransformer.testkit.Patience;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The built service as a process, to be killed. */
public final class ServiceProcess {
    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Returns when it is ready. */
    public static ServiceProcess start(Map<String, String> environment, Path log) throws IOException {
        var jar = Path.of("target/quarkus-app/quarkus-run.jar");
        int port = freePort();
        var builder = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx160m",
                        "-jar",
                        jar.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var all = new HashMap<>(environment);
        all.put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().putAll(all);
        var service = new ServiceProcess(builder.start(), port, log);
        service.awaitReady();
        return service;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            Patience.await().pollInterval(Duration.ofMillis(100)).until(() -> isReady(client, request));
        }
    }

    private boolean isReady(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the service ended with " + process.exitValue() + ": " + Files.readString(log));
        }
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false; // It does not listen yet.
        }
    }

    /** As {@code kill -9}; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As SIGTERM; returns when it is gone. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
