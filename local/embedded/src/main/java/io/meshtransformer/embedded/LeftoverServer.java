package io.meshtransformer.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL server that outlived the process that started it, and its file {@code postmaster.pid}.
 *
 * @param process empty where only the file is left
 */
record LeftoverServer(Path data, Path pidFile, Optional<ProcessHandle> process) {
    private static final long PATIENCE_SECONDS = 10;

    /** The one that runs, or once ran, on this data directory. */
    static Optional<LeftoverServer> of(Path data) {
        var pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(pidFile)) {
            var process = lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,18}"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                    .filter(candidate -> servesFrom(candidate, data));
            return Optional.of(new LeftoverServer(data, pidFile, process));
        } catch (IOException e) {
            throw new EmbeddedException(pidFile + " of an earlier server cannot be read: " + e, e);
        }
    }

    /**
     * The number may meanwhile belong to any other process, which is not ours to stop; one that ended and that nobody
     * has asked for its exit code has no command any more.
     */
    private static boolean servesFrom(ProcessHandle candidate, Path data) {
        var arguments = candidate.info().arguments().orElse(new String[0]);
        var command = candidate.info().command().orElse("");
        return command.endsWith("postgres") && Arrays.asList(arguments).contains(data.toString());
    }

    /** Ends its sessions and stops it, by force if it takes more than {@value #PATIENCE_SECONDS} s. */
    void stop() {
        process.ifPresent(this::stop);
        try {
            // The server deletes it; a stale one whose number is in use again would keep the next server from starting.
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new EmbeddedException(pidFile + " of an earlier server cannot be deleted: " + e, e);
        }
    }

    private void stop(ProcessHandle server) {
        interrupt(server.pid());
        if (!endsInTime(server)) {
            // What it had committed is in its write-ahead log; the next server recovers from there.
            server.destroyForcibly();
            if (!endsInTime(server)) {
                throw new EmbeddedException("an earlier PostgreSQL (pid " + server.pid() + ") cannot be killed");
            }
        }
    }

    /** It is no child of ours, so nothing tells us its end but looking. */
    private boolean endsInTime(ProcessHandle server) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (servesFrom(server, data)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return true;
    }

    /** SIGINT is PostgreSQL's "fast shutdown"; Java's own SIGTERM would wait until the last client has left. */
    private static void interrupt(long pid) {
        try {
            new ProcessBuilder("kill", "-INT", String.valueOf(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new EmbeddedException("an earlier PostgreSQL (pid " + pid + ") cannot be stopped: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedException("interrupted while an earlier PostgreSQL (pid " + pid + ") stops", e);
        }
    }
}
