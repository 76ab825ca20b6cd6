package io.meshtransformer.local.process;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One process, also after the system has given its pid to another one.
 *
 * @param startedAt as the operating system says; tells two owners of one pid apart
 */
public record ProcessIdentity(long pid, Instant startedAt) {
    /** Linux derives start times from a boot time that follows corrections of the clock. */
    private static final Duration CLOCK_CORRECTION = Duration.ofSeconds(2);

    public ProcessIdentity {
        requireNonNull(startedAt, "startedAt is null");
    }

    /** The process that has this pid now, if there is one and it may be looked at. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .map(startedAt -> new ProcessIdentity(pid, startedAt));
    }

    public static ProcessIdentity of(Process process) {
        // A process that is gone already has no start time any more; it was started just now.
        return of(process.pid()).orElseGet(() -> new ProcessIdentity(process.pid(), Instant.now()));
    }

    public static ProcessIdentity current() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    /** Whether this very process still runs: not one that has its pid now, nor a dead one that nobody collected. */
    public boolean alive() {
        return handle().isPresent();
    }

    /** Asks the process to end (SIGTERM). */
    public void terminate() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    /** What Ctrl-C does (SIGINT); PostgreSQL ends its sessions, writes its data and stops. */
    public void interrupt() throws InterruptedException {
        if (alive()) {
            try {
                new ProcessBuilder("kill", "-INT", Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new LauncherException("process " + pid + " can't be interrupted: " + e.getMessage(), e);
            }
        }
    }

    /** Ends the process at once (SIGKILL). */
    public void kill() {
        handle().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Waits until the process is gone, at most for so long; whether it is. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (alive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Runs the task once the process is gone, at once if it is already; on a thread that must not be held up. */
    public void onEnd(Runnable task) {
        handle().ifPresentOrElse(handle -> handle.onExit().thenRun(task), task);
    }

    private Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle ->
                        handle.info().startInstant().filter(this::sameStart).isPresent())
                .filter(_ -> !defunct());
    }

    private boolean sameStart(Instant other) {
        return Duration.between(startedAt, other).abs().compareTo(CLOCK_CORRECTION) <= 0;
    }

    /** Dead, but its parent has not collected it: an orphan in a container whose first process does not do so. */
    private boolean defunct() {
        var file = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.isReadable(file)) {
            return false;
        }
        try {
            var stat = Files.readString(file, StandardCharsets.ISO_8859_1);
            var state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException _) {
            // It vanished between the two looks.
            return true;
        }
    }
}
