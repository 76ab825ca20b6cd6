package io.meshtransformer.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** The same work by this suite and by a script with JAX, in turns. */
final class JaxTurns {
    private static final Path SCRIPTS = Path.of("benchmarks/src/main/python");

    private final Path script;
    private final int warmUp;
    private final int rounds;

    /**
     * @param script prints JAX's version, then works once for each line it reads and prints the nanoseconds
     * @param warmUp turns that are not counted
     */
    JaxTurns(String script, int warmUp, int rounds) {
        this.script = SCRIPTS.resolve(script);
        this.warmUp = warmUp;
        this.rounds = rounds;
    }

    /** @param python that has JAX */
    void run(String python, Samples.Work work) throws IOException {
        var process = new ProcessBuilder(python, script.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var commands = new PrintWriter(process.getOutputStream(), true, UTF_8);
                var answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            System.out.println("JAX " + answers.readLine());
            for (var round = 0; round < warmUp; round++) {
                work.run();
                ask(commands, answers);
            }
            var ours = new long[rounds];
            var theirs = new long[rounds];
            for (var round = 0; round < rounds; round++) {
                ours[round] = Samples.of(1, work).nanos()[0];
                theirs[round] = ask(commands, answers);
            }
            report(new Samples(ours), new Samples(theirs));
        } finally {
            process.destroy();
        }
    }

    /** Nanoseconds of one turn of the other side. */
    private long ask(PrintWriter commands, BufferedReader answers) throws IOException {
        commands.println("run");
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the script " + script + " ended");
        }
        return Long.parseLong(answer);
    }

    private static void report(Samples ours, Samples theirs) {
        System.out.println("this suite: " + ours);
        System.out.println("JAX:        " + theirs);
        System.out.printf(
                Locale.ROOT,
                "speed against JAX's: best %.3f, median %.3f%n",
                theirs.bestMillis() / ours.bestMillis(),
                theirs.medianMillis() / ours.medianMillis());
    }
}
