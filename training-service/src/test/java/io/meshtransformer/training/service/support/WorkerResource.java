package io.meshtransformer.training.service.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A folder for runs, and workers that count. */
public final class WorkerResource implements QuarkusTestResourceLifecycleManager {
    private Path directory;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("mtj-runs");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for runs", e);
        }
        return Map.of(
                "mtj.training.directory", directory.resolve("runs").toString(),
                "mtj.training.worker.command",
                        String.join(
                                ",",
                                TestWorker.command(directory.resolve("hurry")).stream()
                                        .map(word -> word.replace(",", "\\,"))
                                        .toList()),
                "mtj.training.tick", "100ms",
                "mtj.training.pause", "100ms",
                "mtj.training.silence", "8s");
    }

    @Override
    public void stop() {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of runs is not deleted", e);
        }
    }
}
