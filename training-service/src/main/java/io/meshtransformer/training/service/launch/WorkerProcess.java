package io.meshtransformer.training.service.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One process, also after the system has given its pid to another one.
 *
 * @param wrapper pid of the shell that waits for it
 * @param started ticks from the machine's start to the process's, as in field 22 of {@code /proc/PID/stat}
 * @param boot which start of the machine
 */
record WorkerProcess(long pid, long wrapper, long started, String boot) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** As the wrapper writes it. */
    static WorkerProcess parse(String line) {
        var words = line.split(" ");
        return new WorkerProcess(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
    }

    /** Whether this very process still runs: not another one that has its pid now, nor a dead one nobody collected. */
    boolean alive() {
        return boot.equals(read(BOOT).strip()) && isRunning(pid, started);
    }

    /** Whether its wrapper may still say how it ended. */
    boolean wrapperAlive() {
        // It was started before its child, and ends with it: one that is younger is another process.
        var fields = fields(wrapper);
        return boot.equals(read(BOOT).strip())
                && fields.length > 0
                && Long.parseLong(fields[19]) <= started
                && !isDead(fields);
    }

    private static boolean isRunning(long pid, long started) {
        var fields = fields(pid);
        return fields.length > 0 && Long.parseLong(fields[19]) == started && !isDead(fields);
    }

    private static boolean isDead(String[] fields) {
        return fields[0].equals("Z") || fields[0].equals("X");
    }

    /** From the third on, the state; the second may hold anything, in parentheses. Empty where there is no process. */
    private static String[] fields(long pid) {
        var stat = read(Path.of("/proc", String.valueOf(pid), "stat"));
        return stat.isEmpty()
                ? new String[0]
                : stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            // The process is gone, before or while it was looked at.
            return "";
        }
    }

    void terminate() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    void kill() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
