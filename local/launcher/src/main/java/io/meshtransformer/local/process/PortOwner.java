package io.meshtransformer.local.process;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who listens on a TCP port, as Linux tells it: /proc/net/tcp names the socket of a port, /proc/PID/fd the sockets of a
 * process. Processes of other users can't be looked into; other systems have no such files.
 *
 * @param command the beginning of its command line
 */
public record PortOwner(long pid, String command) {
    private static final int COMMAND_LENGTH = 80;
    private static final String LISTENING = "0A";

    public static Optional<PortOwner> of(int port) {
        return List.of("tcp", "tcp6").stream()
                .map(table -> Path.of("/proc/net", table))
                .flatMap(table -> socket(table, port).stream())
                .flatMap(socket -> process(socket).stream())
                .findFirst();
    }

    /** @throws LauncherException if the port is taken; names the port and, where the system tells, its owner */
    public static void requireFree(int port) {
        if (!Ports.isFree(port)) {
            var owner = of(port).map(PortOwner::toString).orElse("another process");
            throw new LauncherException(
                    "port %d is taken by %s: stop it, or choose another port with --port".formatted(port, owner));
        }
    }

    @Override
    public String toString() {
        return "process %d (%s)".formatted(pid, command);
    }

    /** Inode of the socket that listens. Columns: 1 local address as HEX:PORT, 3 state, 9 inode. */
    private static Optional<String> socket(Path table, int port) {
        if (!Files.isReadable(table)) {
            return Optional.empty();
        }
        var suffix = ":%04X".formatted(port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns.length > 9)
                    .filter(columns -> columns[1].endsWith(suffix) && columns[3].equals(LISTENING))
                    .map(columns -> columns[9])
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<PortOwner> process(String socket) {
        return ProcessHandle.allProcesses()
                .filter(process -> holds(process.pid(), "socket:[" + socket + "]"))
                .map(process -> new PortOwner(process.pid(), command(process)))
                .findFirst();
    }

    private static boolean holds(long pid, String socket) {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (var descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            // It ended meanwhile, or belongs to another user.
            return false;
        }
    }

    private static String command(ProcessHandle process) {
        var line =
                process.info().commandLine().or(() -> process.info().command()).orElse("its command is not visible");
        return line.length() <= COMMAND_LENGTH ? line : line.substring(0, COMMAND_LENGTH) + "...";
    }
}
