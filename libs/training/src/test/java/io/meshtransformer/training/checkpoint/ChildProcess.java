package io.meshtransformer.training.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class of the tests in a process of its own, which can be killed and limited. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** @param around a command that runs the one after it; none for the process alone */
    static ChildProcess start(List<String> around, Class<?> main, String... arguments) throws IOException {
        return start(around, List.of("-cp", System.getProperty("java.class.path")), main, arguments);
    }

    static ChildProcess start(ArchivedClasses classes, Class<?> main, String... arguments) throws IOException {
        return start(List.of(), classes.options(), main, arguments);
    }

    static ChildProcess start(List<String> around, List<String> classes, Class<?> main, String... arguments)
            throws IOException {
        var command = new ArrayList<>(around);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m"));
        command.addAll(classes);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ChildProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The next line. */
    String line() throws IOException {
        var line = output.readLine();
        if (line == null) {
            throw new AssertionError("the child process ended");
        }
        return line;
    }

    /** What is left of the output; the process has ended then. */
    List<String> rest() throws IOException, InterruptedException {
        var lines = output.readAllLines();
        process.waitFor();
        return lines;
    }

    /** As {@code kill} does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        process.toHandle().destroyForcibly();
        output.close();
    }
}
