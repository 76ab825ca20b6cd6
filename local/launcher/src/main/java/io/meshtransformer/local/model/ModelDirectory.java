package io.meshtransformer.local.model;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.checkpoint.CheckpointName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * A model to serve: a directory with config.json and weights.
 *
 * @param name under which it is served: the directory's, and {@code RUN@STEP} for a checkpoint of a run
 */
public record ModelDirectory(String name, Path path) {
    public ModelDirectory {
        requireNonNull(name, "name is null");
        requireNonNull(path, "path is null");
    }

    /**
     * Finds a model by its name among the models of the repository, or by its directory, or a checkpoint of a run:
     * {@code RUN@STEP}, {@code RUN@best}, and {@code RUN@latest}, which {@code RUN} means too.
     *
     * @param models folder of the models that have names
     * @param runs folder of training runs
     * @throws LauncherException if there is none; lists the names that there are
     */
    public static ModelDirectory find(Path models, Path runs, String nameOrDirectory) {
        var named = models.resolve(nameOrDirectory);
        if (!nameOrDirectory.isEmpty() && named.startsWith(models) && isModel(named)) {
            return of(named);
        }
        var directory = Path.of(nameOrDirectory).toAbsolutePath().normalize();
        if (isModel(directory)) {
            return of(directory);
        }
        var checkpoint = RunCheckpoint.parse(nameOrDirectory).flatMap(reference -> reference.find(runs));
        if (checkpoint.isPresent()) {
            return of(checkpoint.get().directory());
        }
        if (Files.isDirectory(directory) && !nameOrDirectory.isEmpty()) {
            throw new LauncherException("model directory '" + nameOrDirectory + "' has no config.json");
        }
        var names = names(models, ModelDirectory::isModel);
        var runNames = names(runs, run -> Files.isDirectory(run.resolve("checkpoints")));
        throw new LauncherException("model '%s' is neither a name nor a directory with a config.json; there %s: %s%s"
                .formatted(
                        nameOrDirectory,
                        names.size() == 1 ? "is" : "are",
                        names.isEmpty() ? "none" : String.join(", ", names),
                        runNames.isEmpty() ? "" : "; training runs: " + String.join(", ", runNames)));
    }

    /** @throws LauncherException if config.json is no GPT-J's */
    public GptjConfig config() {
        try {
            return GptjConfig.read(path.resolve("config.json"));
        } catch (IOException e) {
            throw new LauncherException("model '" + name + "': " + e.getMessage(), e);
        }
    }

    /** @throws LauncherException if the weights can't be read, or are no GPT-J's */
    public WeightFormat suitableFormat() {
        try (var checkpoint = Checkpoint.open(path)) {
            return checkpoint.suitableFormat();
        } catch (IOException e) {
            throw new LauncherException("model '" + name + "': " + e.getMessage(), e);
        }
    }

    private static ModelDirectory of(Path directory) {
        var normal = directory.toAbsolutePath().normalize();
        return new ModelDirectory(
                CheckpointName.of(normal).map(CheckpointName::toString).orElseGet(() -> normal.getFileName()
                        .toString()),
                normal);
    }

    private static boolean isModel(Path directory) {
        return Files.isRegularFile(directory.resolve("config.json"));
    }

    private static List<String> names(Path models, Predicate<Path> isOne) {
        if (!Files.isDirectory(models)) {
            return List.of();
        }
        try (var entries = Files.list(models)) {
            return entries.filter(isOne)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LauncherException("the folder of models " + models + " can't be read: " + e, e);
        }
    }
}
