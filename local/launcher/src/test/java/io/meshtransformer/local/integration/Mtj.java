package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line as a user has it: {@code ./mtj} on a home of its own, with what the build has just made. */
record Mtj(Path home) {
    static final Path ROOT =
            Path.of(System.getProperty("mtj.root")).toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 180;

    private static boolean prepared;

    /** With the caches of a normal build, which {@code mvn verify} does not make: every start here is several times quicker. */
    static synchronized Mtj on(Path home) throws Exception {
        var mtj = new Mtj(home);
        if (!prepared) {
            try (var _ = OneAtATime.begin()) {
                mtj.run("caches").succeeded();
            }
            prepared = true;
        }
        return mtj;
    }

    /** Returns when the suite is ready. */
    Result up(String... options) throws Exception {
        return starting(Stream.concat(Stream.of("up", "--detach", "--port", "0"), Stream.of(options))
                        .toArray(String[]::new))
                .succeeded();
    }

    /** A command that starts a suite. */
    Result starting(String... arguments) throws Exception {
        try (var _ = OneAtATime.begin()) {
            return run(arguments);
        }
    }

    /** What a command left behind. */
    record Result(int exitCode, String out, String err) {
        Result succeeded() {
            assertThat(exitCode)
                    .as("exit code; stdout: %s; stderr: %s", out, err)
                    .isZero();
            return this;
        }
    }

    Result run(String... arguments) throws Exception {
        var process = start(arguments);
        var err = new StringBuilder();
        var reader = Thread.ofVirtual().start(() -> err.append(text(process.getErrorStream())));
        var out = text(process.getInputStream());
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("mtj %s ends", List.of(arguments))
                .isTrue();
        reader.join();
        return new Result(process.exitValue(), out, err.toString());
    }

    Process start(String... arguments) throws Exception {
        return start(List.of(), arguments);
    }

    /** Hears Ctrl-C, as on a terminal: a build that was started in the background ignores it, and so would its children. */
    Process startInForeground(String... arguments) throws Exception {
        return start(List.of("env", "--default-signal=INT"), arguments);
    }

    private Process start(List<String> before, String... arguments) throws Exception {
        var script = Stream.of(ROOT.resolve("mtj").toString());
        var command = Stream.concat(before.stream(), Stream.concat(script, Stream.of(arguments)));
        var builder = new ProcessBuilder(command.toList());
        builder.environment().put("MTJ_HOME", home.toString());
        builder.environment().put("MTJ_BUILD", "never");
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** @param name as {@code kill} knows it, such as TERM */
    static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The row of one service in {@code status --json}. */
    JsonNode status(String service) throws Exception {
        for (var row : status()) {
            if (row.get("service").asText().equals(service)) {
                return row;
            }
        }
        throw new AssertionError("status has no row for " + service);
    }

    JsonNode status() throws Exception {
        return JSON.readTree(run("status", "--json").succeeded().out());
    }

    JsonNode state() throws Exception {
        return JSON.readTree(home.resolve("run").resolve("state.json").toFile());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
