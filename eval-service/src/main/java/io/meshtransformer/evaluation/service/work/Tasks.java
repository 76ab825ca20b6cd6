package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.TaskDescription;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.task.Task;
import io.meshtransformer.evaluation.task.TaskException;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.evaluation.task.TaskListing;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The tasks there are. For any thread. */
@Singleton
public final class Tasks {
    /** For so long a change of a file may stay unseen. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private record Known(Task task, Instant since) {}

    private final TaskLibrary library;
    private final Optional<Path> data;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    Tasks(EvaluationConfiguration configuration, InstantSource clock) {
        this.library = new TaskLibrary(configuration.tasks());
        this.data = configuration.data();
        this.clock = clock;
    }

    /** @throws TaskException if there is none of that name, or it or its documents can't be read */
    public Task named(String name) {
        return found(name, () -> library.task(name, data, OptionalInt.empty()));
    }

    /**
     * The task that an evaluation began with: what is wrong with another definition now does not end it.
     *
     * @param hash of its definition
     * @throws TaskException as {@link #named}
     */
    Task begun(String name, String hash) {
        return found(name, () -> library.begun(name, hash, data));
    }

    private Task found(String name, Supplier<Task> read) {
        var before = known.get(name);
        var now = clock.instant();
        if (before != null && before.since().plus(FRESH).isAfter(now)) {
            return before.task();
        }
        var found = read.get();
        // The same one knows the examples that it drew.
        var same = before != null
                && before.task().hash().equals(found.hash())
                && before.task().dataHash().equals(found.dataHash());
        var task = same ? before.task() : found;
        known.put(name, new Known(task, now));
        return task;
    }

    /** All, by name. */
    public List<TaskDescription> all() {
        return library.list(data).stream().map(Tasks::describe).toList();
    }

    private static TaskDescription describe(TaskListing task) {
        return new TaskDescription(
                task.name(),
                task.version(),
                task.kind(),
                task.hash(),
                task.metrics(),
                task.data().orElse(null),
                task.documents().isPresent() ? (long) task.documents().getAsInt() : null,
                task.excerpt(),
                task.source().isEmpty() ? null : task.source(),
                task.licence().isEmpty() ? null : task.licence());
    }
}
