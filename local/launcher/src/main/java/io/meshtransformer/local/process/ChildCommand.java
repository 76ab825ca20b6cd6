package io.meshtransformer.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How children are started so that signals meant for this process don't reach them first. The pid stays the command's. */
public final class ChildCommand {
    private static final boolean SETSID =
            Stream.of("/usr/bin/setsid", "/bin/setsid").anyMatch(path -> Files.isExecutable(Path.of(path)));

    private ChildCommand() {}

    /** Ctrl-C goes to every process of the terminal: ignored, so that the launcher decides the order of the end. */
    public static List<String> deafToTerminal(List<String> command) {
        return prefixed(List.of("bash", "-c", "trap '' INT HUP; exec \"$@\"", "mtj"), command);
    }

    /** In a session of its own where the system can: it also outlives a signal to this process's whole group. */
    public static List<String> ownSession(List<String> command) {
        return SETSID ? prefixed(List.of("setsid"), command) : deafToTerminal(command);
    }

    private static List<String> prefixed(List<String> prefix, List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }
}
