package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that commits is killed where it happens to be; the last commit loads, whole. */
class KilledCommitTest {
    private static final int KILLS = 100;

    /** Runs side by side, each in a directory of its own: most of a kill is the start of the next process. */
    private static final int RUNS = 2;

    @TempDir
    private Path folder;

    @Test
    void theLastCommitLoadsHoweverOftenItsWriterIsKilled() throws Exception {
        var seed = new Random().nextLong();
        System.out.println("seed of the kills: " + seed);
        var classes = ArchivedClasses.in(Files.createDirectory(folder.resolve("classes")));
        archive(classes);
        try (var pool = Executors.newFixedThreadPool(RUNS)) {
            var runs = IntStream.range(0, RUNS)
                    .mapToObj(run -> (Callable<Outcome>)
                            () -> killed(classes, folder.resolve("run-" + run), new Random(seed + run)))
                    .toList();
            for (var outcome : pool.invokeAll(runs)) {
                System.out.println(outcome.get());
                // Kills hit saves, and not only the pauses between them.
                assertThat(outcome.get().interrupted()).isGreaterThan(KILLS / RUNS / 5);
            }
        }
    }

    private void archive(ArchivedClasses classes) throws IOException, InterruptedException {
        var run = Files.createDirectory(folder.resolve("archiving"));
        Files.writeString(run.resolve("tokenizer.json"), "{}");
        for (var resumed = 0; resumed < 2; resumed++) {
            var checkpoints = run.resolve("checkpoints").toString();
            try (var child = ChildProcess.start(List.of(), classes.archive(), CommittingMain.class, checkpoints)) {
                while (!child.line().startsWith("committed")) {}
                child.terminate();
                child.rest();
            }
        }
    }

    /** @param interrupted kills that left something unfinished */
    private record Outcome(long commits, int interrupted) {}

    private static Outcome killed(ArchivedClasses classes, Path run, Random random)
            throws IOException, InterruptedException {
        var checkpoints = Files.createDirectories(run).resolve("checkpoints");
        Files.writeString(run.resolve("tokenizer.json"), "{}");
        var told = 0L;
        var interrupted = 0;
        for (var kill = 0; kill < KILLS / RUNS; kill++) {
            var lines = new ArrayList<String>();
            try (var child = ChildProcess.start(classes, CommittingMain.class, checkpoints.toString())) {
                lines.add(child.line());
                // Now and then before it has begun to commit; mostly in one of the next commits.
                if (random.nextInt(8) > 0) {
                    lines.add(child.line());
                }
                LockSupport.parkNanos(random.nextLong(30_000_000));
                child.kill();
                lines.addAll(child.rest());
            }
            told = Math.max(told, lastCommit(lines));
            interrupted += unfinished(checkpoints) ? 1 : 0;
            told = Math.max(told, requireWhole(checkpoints, told));
        }
        return new Outcome(told, interrupted);
    }

    private static long lastCommit(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("committed "))
                .mapToLong(line -> Long.parseLong(line.substring("committed ".length())))
                .max()
                .orElse(0);
    }

    private static boolean unfinished(Path checkpoints) throws IOException {
        if (!Files.exists(checkpoints)) {
            return false;
        }
        try (var paths = Files.list(checkpoints)) {
            return paths.anyMatch(path -> StepName.aside(path).isPresent());
        }
    }

    /** A commit that was told is there, or the one after it, which was not told yet. */
    private static long requireWhole(Path checkpoints, long told) throws IOException {
        var catalog = new CheckpointCatalog(checkpoints);
        assertThat(catalog.survey().skipped()).isEmpty();
        var latest = catalog.openLatestValid();
        assertThat(latest.skipped()).isEmpty();
        if (latest.state().isEmpty()) {
            assertThat(told).isZero();
            return 0;
        }
        try (var state = latest.state().get()) {
            assertThat(state.step()).isBetween(told, told + 1);
            NumberedState.requireNumbered(state, state.step());
            Checkpoint.open(state.checkpoint().directory()).close();
            return state.step();
        }
    }
}
