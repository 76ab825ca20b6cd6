package io.meshtransformer.testkit.process;

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
import java.util.stream.Stream;

/** A built service as a process, to be killed. */
public final class ServiceProcess {
    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Returns when it is ready.
     *
     * @param module the directory of what was built
     */
    public static ServiceProcess start(Path module, Map<String, String> environment, Path log) throws IOException {
        var service = launch(module, List.of("-Xmx160m", "-XX:TieredStopAtLevel=1"), environment, log);
        service.awaitReady();
        return service;
    }

    /**
     * Returns at once.
     *
     * @param module the directory of what was built
     * @param options for its virtual machine
     */
    public static ServiceProcess launch(Path module, List<String> options, Map<String, String> environment, Path log)
            throws IOException {
        var application = module.resolve("target").resolve("quarkus-app");
        var command = Stream.of(
                        JavaProgram.java(),
                        options.stream(),
                        Stream.of("-jar", application.resolve("quarkus-run.jar").toString()))
                .flatMap(part -> part)
                .toList();
        int port = freePort();
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var all = new HashMap<>(environment);
        all.put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().putAll(all);
        return new ServiceProcess(builder.start(), port, log);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public void awaitReady() {
        try (var client = HttpClient.newHttpClient()) {
            Patience.await().pollInterval(Duration.ofMillis(100)).until(() -> isReady(client));
        }
    }

    private boolean isReady(HttpClient client) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the service ended with " + process.exitValue() + ": " + Files.readString(log));
        }
        try {
            return get(client, "/q/health/ready").statusCode() == 200;
        } catch (IOException _) {
            return false; // It does not listen yet.
        }
    }

    /** What it answers to {@code GET}. */
    public String get(String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return get(client, path).body();
        }
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Memory that it has of the machine, as Linux counts it. */
    public long residentMebibytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** As {@code kill -9}; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Returns when it is gone, for whatever reason. */
    public void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    /** As SIGTERM; returns when it is gone. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
