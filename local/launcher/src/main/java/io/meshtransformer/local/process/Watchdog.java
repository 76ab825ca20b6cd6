package io.meshtransformer.local.process;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small process that ends this one's children when this one is gone, also after {@code kill -9}: it reads a pipe whose
 * other end only this process holds.
 *
 * <p>A wrapper around each child would show the wrapper's pid, and Linux's parent-death signal fires when the starting
 * thread ends, not the process. If the watchdog itself is killed, another takes its place.
 */
public final class Watchdog implements AutoCloseable {
    /** How a child is ended when its parent is gone. */
    public enum Signal {
        /** For what can't do anything useful without its parent. */
        KILL,
        /** PostgreSQL's fast shutdown: sessions end, data is written. */
        INT
    }

    private final Path log;
    private final Map<Long, Signal> children = new LinkedHashMap<>();
    private Process process;
    private boolean closed;

    private Watchdog(Path log) {
        this.log = log;
    }

    /** @param log where it writes should it ever have something to say */
    public static Watchdog start(Path log) {
        var watchdog = new Watchdog(requireNonNull(log, "log is null"));
        watchdog.launch();
        return watchdog;
    }

    public synchronized Optional<ProcessIdentity> identity() {
        return closed ? Optional.empty() : ProcessIdentity.of(process.pid());
    }

    public synchronized void add(long pid, Signal signal) {
        children.put(pid, signal);
        write("add %d %s%n".formatted(pid, signal));
    }

    public synchronized void remove(long pid) {
        children.remove(pid);
        write("remove %d%n".formatted(pid));
    }

    /** Ends what was added and not removed, and the watchdog. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // Bytes for a watchdog that is gone; what they were about is over.
        }
    }

    private synchronized void launch() {
        if (closed) {
            return;
        }
        try {
            process = new ProcessBuilder(ChildCommand.ownSession(List.of("bash", "-c", script(), "mtj-watchdog")))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new LauncherException("bash did not start for the watchdog: " + e.getMessage(), e);
        }
        children.forEach((pid, signal) -> write("add %d %s%n".formatted(pid, signal)));
        process.onExit().thenRun(this::launch);
    }

    private void write(String line) {
        try {
            OutputStream pipe = process.getOutputStream();
            pipe.write(line.getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException _) {
            // The watchdog was killed; the next one is told about every child when it starts.
        }
    }

    private static String script() {
        try (var resource = Watchdog.class.getResourceAsStream("watchdog.sh")) {
            return new String(requireNonNull(resource, "watchdog.sh is null").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LauncherException("watchdog.sh can't be read from the launcher's jar: " + e.getMessage(), e);
        }
    }
}
