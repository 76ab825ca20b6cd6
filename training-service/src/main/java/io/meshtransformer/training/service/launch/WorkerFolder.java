package io.meshtransformer.training.service.launch;

import io.meshtransformer.training.service.run.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a worker on this machine leaves on the disk, so that whoever comes later knows of it.
 *
 * <pre>
 * configuration.json  what it was launched with
 * launched/           made by the first wrapper that comes; a second one ends
 * process             pid, start time in ticks since the machine's, and the machine's own start
 * exit                its exit code, once it has ended
 * reason              why it ended, in its own words
 * worker.log
 * </pre>
 */
record WorkerFolder(Path path) {
    static WorkerFolder of(Path runs, String run, int attempt) {
        return new WorkerFolder(runs.resolve(run).resolve("workers").resolve(String.valueOf(attempt)));
    }

    Path configuration() {
        return path.resolve("configuration.json");
    }

    Path log() {
        return path.resolve("worker.log");
    }

    Path reasonFile() {
        return path.resolve("reason");
    }

    Optional<WorkerProcess> process() {
        return text("process").map(WorkerProcess::parse);
    }

    /** Empty while nobody has seen its end. */
    OptionalInt exitCode() {
        return text("exit").map(Integer::parseInt).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /** How it ended, or empty where it goes on. */
    Optional<Ending> ending() {
        var process = process();
        if (process.isPresent() && process.get().alive()) {
            return Optional.empty();
        }
        // The wrapper writes the code a moment after the end: it is read after the look at the process.
        var code = exitCode();
        if (code.isEmpty() && process.isPresent() && process.get().wrapperAlive()) {
            return Optional.empty();
        }
        return Optional.of(Ending.of(exitCode(), text("reason").orElse("")));
    }

    private Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(path.resolve(name)).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("a worker's file can't be read", e);
        }
    }
}
