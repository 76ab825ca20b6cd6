package io.meshtransformer.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
        try (var peer = new PythonPeer(List.of(python, script.toString()))) {
            System.out.println("JAX " + peer.line());
            for (var round = 0; round < warmUp; round++) {
                work.run();
                peer.run();
            }
            var ours = new long[rounds];
            var theirs = new long[rounds];
            for (var round = 0; round < rounds; round++) {
                ours[round] = Samples.of(1, work).nanos()[0];
                theirs[round] = Long.parseLong(peer.run());
            }
            report(new Samples(ours), new Samples(theirs));
        }
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
