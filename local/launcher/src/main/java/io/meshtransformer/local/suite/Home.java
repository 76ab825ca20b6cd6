package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DirectoryLock;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a suite keeps everything that outlives a command.
 *
 * <pre>
 * kafka/             the broker's log
 * postgres/          the database
 * logs/SERVICE.log   one per service, launcher.log among them
 * runs/RUN/          one per training run: checkpoints, curve, workers' logs
 * evaluation/data/   documents of tasks, where the user put them there
 * evaluation/tasks/  tasks of the user's own
 * run/state.json     what runs: {@link SuiteState}
 * run/lock           held by the launcher that runs
 * </pre>
 */
public record Home(Path directory) {
    public Home {
        requireNonNull(directory, "directory is null");
        directory = directory.toAbsolutePath().normalize();
    }

    public Path kafka() {
        return directory.resolve("kafka");
    }

    public Path postgres() {
        return directory.resolve("postgres");
    }

    public Path runs() {
        return directory.resolve("runs");
    }

    public Path evaluationData() {
        return directory.resolve("evaluation").resolve("data");
    }

    public Path evaluationTasks() {
        return directory.resolve("evaluation").resolve("tasks");
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** PostgreSQL's own is beside its data. */
    public Path log(String service) {
        return (service.equals(Stores.DATABASE) ? postgres() : logs()).resolve(service + ".log");
    }

    public Path stateFile() {
        return directory.resolve("run").resolve("state.json");
    }

    private Path lockFile() {
        return directory.resolve("run").resolve("lock");
    }

    /** The lock of the launcher that runs here, or nothing if one, of this process or another, has it. */
    public Optional<DirectoryLock> tryLock() {
        create();
        try {
            return DirectoryLock.tryTake(lockFile());
        } catch (IOException e) {
            throw new LauncherException("the lock " + lockFile() + " can't be taken: " + e, e);
        }
    }

    /** Makes the folders that are missing. */
    public void create() {
        try {
            Files.createDirectories(logs());
            Files.createDirectories(stateFile().getParent());
        } catch (IOException e) {
            throw new LauncherException("the home " + directory + " can't be created: " + e, e);
        }
    }
}
