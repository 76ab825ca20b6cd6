package io.meshtransformer.inference.service;

import static org.awaitility.Awaitility.await;

import io.meshtransformer.testkit.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** This service as it is shipped, in a process of its own, with the demo model. */
final class WorkerProcess implements AutoCloseable {

    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Process process;
    private final Path log;
    private final int port;

    private WorkerProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Returns when the worker is ready. */
    static WorkerProcess start(Broker broker, Path directory, Map<String, String> environment) throws IOException {
        var port = freePort();
        var log = Files.createTempFile(directory, "worker", ".log");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules=jdk.incubator.vector",
                "-jar",
                APPLICATION.toAbsolutePath().toString());
        builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().put("MTJ_INSTANCE", "inference-service-0");
        builder.environment()
                .put(
                        "MTJ_MODEL_DIRECTORY",
                        StoriesReference.MODEL.toAbsolutePath().toString());
        builder.environment().putAll(environment);
        var process = builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var worker = new WorkerProcess(process, log, port);
        try {
            await("a ready worker").atMost(PATIENCE).until(worker::ready);
            return worker;
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw new AssertionError("the worker did not get ready:\n" + Files.readString(log), e);
        }
    }

    private boolean ready() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with " + process.exitValue());
        }
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            // It does not listen yet.
            return false;
        }
    }

    /** As {@code kill -9} does. */
    void kill() {
        close();
    }

    /** As an orchestrator does. @return the exit status */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
