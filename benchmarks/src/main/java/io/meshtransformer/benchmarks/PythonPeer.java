package io.meshtransformer.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.List;

/** A script that does the same work in Python, each time it is asked: a line in, a line out. */
final class PythonPeer implements AutoCloseable {
    private final String script;
    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;

    /** @param command interpreter, script and its arguments */
    PythonPeer(List<String> command) throws IOException {
        this.script = command.get(1);
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.commands = new PrintWriter(process.getOutputStream(), true, UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** The next line that the script prints. */
    String line() throws IOException {
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the script " + script + " ended");
        }
        return answer;
    }

    /** What the script prints when it has done its work once more. */
    String run() throws IOException {
        commands.println("run");
        return line();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        commands.close();
        answers.close();
    }
}
