package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What evaluations find beside what comes with the software.
 *
 * @param data documents of tasks; excerpts alone where empty
 * @param tasks definitions of the user's own
 */
public record EvaluationFolders(Optional<Path> data, Optional<Path> tasks) {
    public EvaluationFolders {
        requireNonNull(data, "data is null");
        requireNonNull(tasks, "tasks is null");
    }

    /**
     * What the user named, else what is in the home.
     *
     * @param data or null
     * @param tasks or null
     * @throws LauncherException if a folder that was named is not there
     */
    public static EvaluationFolders find(Home home, Path data, Path tasks) {
        return new EvaluationFolders(folder(data, home.evaluationData()), folder(tasks, home.evaluationTasks()));
    }

    private static Optional<Path> folder(Path named, Path usual) {
        if (named == null) {
            return Optional.of(usual).filter(Files::isDirectory);
        }
        if (!Files.isDirectory(named)) {
            throw new LauncherException("there is no folder " + named.toAbsolutePath());
        }
        return Optional.of(named.toAbsolutePath().normalize());
    }
}
