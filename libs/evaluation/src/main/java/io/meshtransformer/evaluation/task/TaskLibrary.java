package io.meshtransformer.evaluation.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The tasks there are: those that ship, and those of a user's folder of YAML files, of which one with the name of a
 * shipped task takes its place. The folder is read each time, so that it can be added to. It may be used by several
 * threads.
 */
public final class TaskLibrary {
    private static final String RESOURCES = "/io/meshtransformer/evaluation/tasks/";
    private static final List<String> SHIPPED = List.of(
            "arc_challenge",
            "arc_easy",
            "boolq",
            "hellaswag",
            "lambada_openai",
            "lambada_standard",
            "openbookqa",
            "piqa",
            "sciq",
            "wikitext",
            "winogrande");

    private final Map<String, TaskDefinition> shipped = new TreeMap<>();
    private final Optional<Path> folder;
    private final DataFinder data = new DataFinder();

    /** @param folder of a user's definitions, {@code *.yaml} or {@code *.yml} */
    public TaskLibrary(Optional<Path> folder) {
        this.folder = folder;
        SHIPPED.forEach(name -> shipped.put(name, shipped(name)));
    }

    /** The tasks of the software alone. */
    public static TaskLibrary ofShipped() {
        return new TaskLibrary(Optional.empty());
    }

    /**
     * Names of all tasks, sorted.
     *
     * @throws TaskException.MalformedDefinition if a user's definition is wrong
     */
    public List<String> names() {
        return List.copyOf(definitions().keySet());
    }

    /**
     * A task with its documents.
     *
     * @param data folder of data files, in which the task's are sought
     * @param limit of the first so many documents, 1 or more; all where empty
     * @throws TaskException if there is no such task, its definition is wrong, its documents are nowhere, or the first of
     *     them is malformed or not what the definition is for
     */
    public Task task(String name, Optional<Path> data, OptionalInt limit) {
        return task(named(name), data, limit);
    }

    /**
     * The task that something was begun with, whatever became of other definitions in the folder since.
     *
     * @param hash of its definition, {@link Task#hash()}
     * @throws TaskException as {@link #task(String, Optional, OptionalInt)}, which the task of that name is without that
     *     definition
     */
    public Task begun(String name, String hash, Optional<Path> data) {
        return Stream.concat(files().stream().flatMap(TaskLibrary::readable), shipped.values().stream())
                .filter(definition ->
                        definition.name().equals(name) && definition.hash().equals(hash))
                .findFirst()
                .map(definition -> task(definition, data, OptionalInt.empty()))
                .orElseGet(() -> task(name, data, OptionalInt.empty()));
    }

    private static Stream<TaskDefinition> readable(Path file) {
        try {
            return Stream.of(read(file));
        } catch (TaskException.MalformedDefinition _) {
            // Told to whoever begins something.
            return Stream.empty();
        }
    }

    private TaskDefinition named(String name) {
        var definitions = definitions();
        var definition = definitions.get(name);
        if (definition == null) {
            throw new TaskException.Unknown(
                    "there is no task '" + name + "', there are " + String.join(", ", definitions.keySet())
                            + folder.map(it -> "; " + it + " has no file with 'task: " + name + "'")
                                    .orElse(""));
        }
        return definition;
    }

    private Task task(TaskDefinition definition, Optional<Path> data, OptionalInt limit) {
        var found = this.data.evaluated(definition, data);
        var documents = found.documents().count();
        if (documents == 0) {
            throw new TaskException.DataUnavailable(
                    found.documents().name() + ", the documents of '" + definition.name() + "', is empty", null);
        }
        // What is wrong with the definition for every document is told before anything is asked.
        new Questioner(definition).question(found.documents().read(0));
        return new DefinedTask(
                definition,
                found,
                Math.min(limit.orElse(documents), documents),
                () -> this.data.examples(definition, data));
    }

    /**
     * All tasks, sorted by name.
     *
     * @param data folder of data files, in which the tasks' are sought
     * @throws TaskException.MalformedDefinition if a user's definition is wrong
     */
    public List<TaskListing> list(Optional<Path> data) {
        return definitions().values().stream()
                .map(definition -> listing(definition, data))
                .toList();
    }

    private TaskListing listing(TaskDefinition definition, Optional<Path> folder) {
        var found = data.find(definition, folder);
        return new TaskListing(
                definition.name(),
                definition.version(),
                definition.hash(),
                definition.kind().label(),
                definition.metrics(),
                found.map(it -> it.documents().name()),
                found.map(it -> OptionalInt.of(it.documents().count())).orElse(OptionalInt.empty()),
                found.map(DataFinder.Found::excerpt).orElse(false),
                DataFinder.names(definition, definition.data().evaluated()),
                definition.data().source(),
                definition.data().licence());
    }

    private Map<String, TaskDefinition> definitions() {
        var definitions = new TreeMap<>(shipped);
        var own = new TreeMap<String, String>();
        for (var file : files()) {
            var definition = read(file);
            var other = own.put(definition.name(), file.getFileName().toString());
            if (other != null) {
                throw new TaskException.MalformedDefinition(
                        file + ": 'task' is '" + definition.name() + "', and so is that of " + other, null);
            }
            definitions.put(definition.name(), definition);
        }
        return definitions;
    }

    private List<Path> files() {
        if (folder.isEmpty()) {
            return List.of();
        }
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder.get(), "*.{yaml,yml}")) {
            entries.forEach(files::add);
        } catch (IOException e) {
            throw new TaskException.MalformedDefinition(
                    "the folder of task definitions, " + folder.get() + ", can't be read: " + e, e);
        }
        return files.stream().sorted().toList();
    }

    private static TaskDefinition read(Path file) {
        try {
            return DefinitionFile.read(
                    Files.readString(file),
                    file.toString(),
                    Optional.of(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new TaskException.MalformedDefinition(file + " can't be read as UTF-8: " + e, e);
        }
    }

    private static TaskDefinition shipped(String name) {
        var resource = RESOURCES + name + ".yaml";
        try (var in = TaskLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the software is not whole, it has no " + resource);
            }
            return DefinitionFile.read(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    name + ".yaml, which ships",
                    Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " can't be read: " + e, e);
        }
    }
}
