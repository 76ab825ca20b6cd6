package io.meshtransformer.evaluation.task;

import io.airlift.compress.MalformedInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Finds the documents of tasks in folders, else the excerpts that ship. Files are read through once while they stay as they are. */
final class DataFinder {
    private static final String EXCERPTS = "/io/meshtransformer/evaluation/excerpts/";

    private static final int LARGEST_UNPACKED = 1 << 26;

    private final Map<Path, Read> read = new ConcurrentHashMap<>();

    /** @param sources as the files were */
    private record Read(List<LineSource> sources, Documents documents) {}

    /** @param excerpt whether these are the first documents alone, which come with the software */
    record Found(Documents documents, boolean excerpt) {}

    /**
     * The documents of the evaluated split: of a user's folder, of the folder that a user's definition is in, or the
     * excerpt.
     *
     * @throws TaskException.DataUnavailable saying where they were sought and where to get them
     */
    Found evaluated(TaskDefinition task, Optional<Path> folder) {
        return find(task, folder)
                .orElseThrow(() -> unavailable(task, task.data().evaluated(), folder, "documents"));
    }

    /** The same, where there are any. */
    Optional<Found> find(TaskDefinition task, Optional<Path> folder) {
        return documents(task, task.data().evaluated(), folder)
                .map(found -> new Found(found, false))
                .or(() -> excerpt(task).map(found -> new Found(found, true)));
    }

    /** Paths below a folder of data that are sought, best first. */
    static List<String> names(TaskDefinition task, String split) {
        return files(task, split).stream()
                .map(file -> file.documents() + (file.labels() == null ? "" : " with " + file.labels()))
                .toList();
    }

    /**
     * The documents that examples are taken of; of an excerpt, where they are of the same split, the excerpt.
     *
     * @throws TaskException.DataUnavailable saying where they were sought and where to get them
     */
    Documents examples(TaskDefinition task, Optional<Path> folder) {
        var split = task.examples().split();
        return split.equals(task.data().evaluated())
                ? evaluated(task, folder).documents()
                : documents(task, split, folder)
                        .orElseThrow(() -> unavailable(task, split, folder, "documents for examples"));
    }

    private Optional<Documents> documents(TaskDefinition task, String split, Optional<Path> folder) {
        for (var base : bases(task, folder)) {
            for (var file : files(task, split)) {
                var labels = Optional.ofNullable(file.labels()).map(base::resolve);
                if (labels.isPresent() && !Files.isRegularFile(labels.get())) {
                    continue;
                }
                var found = Packing.found(base.resolve(file.documents()));
                if (found.isPresent()) {
                    return Optional.of(read(found.get(), labels));
                }
            }
        }
        for (var base : bases(task, folder)) {
            files(task, split).forEach(file -> Packing.requireNoOther(base.resolve(file.documents())));
        }
        return Optional.empty();
    }

    private static List<Path> bases(TaskDefinition task, Optional<Path> folder) {
        return Stream.concat(folder.stream(), task.folder().stream()).distinct().toList();
    }

    /** Those that the definition names, and then {@code TASK/SPLIT.jsonl}. */
    private static List<TaskDefinition.DataFile> files(TaskDefinition task, String split) {
        var files = new ArrayList<>(task.data().files().getOrDefault(split, List.of()));
        files.add(new TaskDefinition.DataFile(task.name() + "/" + split + ".jsonl", null));
        return files;
    }

    private Documents read(Path documents, Optional<Path> labels) {
        try {
            var sources = new ArrayList<LineSource>();
            sources.add(LineSource.OfFile.at(documents));
            if (labels.isPresent()) {
                sources.add(LineSource.OfFile.at(labels.get()));
            }
            var known = read.get(documents);
            if (known == null || !known.sources().equals(sources)) {
                var packing = Packing.of(documents);
                var source = packing == Packing.NONE ? sources.getFirst() : unpacked(documents, packing);
                known = new Read(
                        sources, labels.isPresent() ? Documents.of(source, labels.get()) : Documents.of(source));
                read.put(documents, known);
            }
            return known.documents();
        } catch (IOException e) {
            throw new TaskException.DataUnavailable(documents + " can't be read: " + e, e);
        }
    }

    /** A packed file can't be read from the middle on, so its content is held. */
    private static LineSource unpacked(Path file, Packing packing) throws IOException {
        try (var in = packing.unpacked(Files.newInputStream(file))) {
            var bytes = in.readNBytes(LARGEST_UNPACKED + 1);
            if (bytes.length > LARGEST_UNPACKED) {
                throw new TaskException.DataUnavailable(
                        file + " unpacks to more than " + LARGEST_UNPACKED
                                + " bytes; unpack it, then it is read from there",
                        null);
            }
            return new LineSource.OfBytes(file.toString(), bytes);
        } catch (MalformedInputException e) {
            throw new TaskException.DataUnavailable(file + " can't be unpacked: " + e.getMessage(), e);
        }
    }

    private static Optional<Documents> excerpt(TaskDefinition task) {
        if (task.folder().isPresent()) {
            return Optional.empty();
        }
        try (var in = DataFinder.class.getResourceAsStream(EXCERPTS + task.name() + ".jsonl")) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(
                            Documents.of(new LineSource.OfBytes("the excerpt of " + task.name(), in.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException("the excerpt of " + task.name() + " can't be read: " + e, e);
        }
    }

    private static TaskException.DataUnavailable unavailable(
            TaskDefinition task, String split, Optional<Path> folder, String what) {
        var bases = bases(task, folder);
        var names = names(task, split);
        return new TaskException.DataUnavailable(
                "there are no %s of '%s' (split '%s'): %s. %s"
                        .formatted(
                                what,
                                task.name(),
                                split,
                                bases.isEmpty()
                                        ? "no folder of data is named, in which there would be one of " + names
                                        : "none of " + names + " is in "
                                                + String.join(
                                                        " or ",
                                                        bases.stream()
                                                                .map(Path::toString)
                                                                .toList()),
                                task.data().source().isEmpty()
                                        ? "The definition does not say where to get them"
                                        : "They come from " + task.data().source()),
                null);
    }
}
