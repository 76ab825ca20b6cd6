package io.meshtransformer.gptj.mtj;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.archive.NpyHeader;
import io.meshtransformer.gptj.archive.StoredArchive;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds the files of a checkpoint and compares what they hold with what the configuration asks for. */
final class MtjOpener {
    private static final int MOST_SHARDS = 16;

    private final Path directory;
    private final Optional<Path> configFile;
    private final List<String> problems = new ArrayList<>();
    private final List<StoredArchive> archives = new ArrayList<>();

    MtjOpener(Path directory, Optional<Path> configFile) {
        this.directory = requireNonNull(directory, "directory is null");
        this.configFile = configFile;
    }

    static boolean isOne(Path directory) throws IOException {
        return Files.exists(shard(directory, 0))
                || Files.exists(directory.resolve(MtjMeta.FILE))
                || !steps(directory).isEmpty();
    }

    private static Path shard(Path step, int shard) {
        return step.resolve("shard_" + shard);
    }

    private static List<Path> steps(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("step_\\d+"))
                    .sorted()
                    .toList();
        }
    }

    MtjCheckpoint open() throws IOException {
        var meta = Files.exists(directory.resolve(MtjMeta.FILE))
                ? Optional.of(MtjMeta.read(directory.resolve(MtjMeta.FILE)))
                : Optional.<MtjMeta>empty();
        var step = step(meta);
        var config = MtjConfig.read(configFile.orElseGet(() -> configBeside(step)));
        try {
            var layout = new MtjLayout(config.model(), shards(step, config));
            problems.addAll(layout.problems());
            requireNoProblems();
            var shards = new ArrayList<List<StoredArchive>>();
            for (var shard = 0; shard < layout.shards(); shard++) {
                shards.add(files(shard(step, shard)));
            }
            requireNoProblems();
            var full = isFull(shards.getFirst(), layout);
            var leaves = layout.leaves(full);
            var arrays = new ArrayList<List<MtjArray>>();
            for (var shard : shards) {
                arrays.add(arrays(shard, leaves, layout));
            }
            requireNoProblems();
            return new MtjCheckpoint(
                    directory,
                    config,
                    layout,
                    full,
                    meta.map(MtjMeta::dataLoader).orElse(null),
                    archives,
                    arrays);
        } catch (Throwable e) {
            try {
                closeAll(archives);
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private void requireNoProblems() throws ModelFormatException {
        if (!problems.isEmpty()) {
            throw new ModelFormatException.InvalidWeights(directory, problems, null);
        }
    }

    private Path step(Optional<MtjMeta> meta) throws IOException {
        if (Files.exists(shard(directory, 0))) {
            return directory;
        }
        if (meta.isPresent()) {
            var step = directory.resolve("step_" + meta.get().step());
            if (!Files.isDirectory(step)) {
                problems.add(
                        MtjMeta.FILE + " says step " + meta.get().step() + ", but there is no " + step.getFileName());
            }
            requireNoProblems();
            return step;
        }
        var steps = steps(directory);
        if (steps.size() != 1) {
            problems.add("there are no shards and no " + MtjMeta.FILE + " that says which of " + steps.size()
                    + " steps to take; name the step's directory");
        }
        requireNoProblems();
        return steps.getFirst();
    }

    private static Path configBeside(Path step) {
        var inside = step.resolve("config.json");
        return Files.exists(inside) ? inside : step.toAbsolutePath().resolveSibling("config.json");
    }

    /** As many as there are folders, and no fewer than the configuration says. */
    private int shards(Path step, MtjConfig config) throws IOException {
        int found;
        try (var files = Files.list(step)) {
            found = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("shard_\\d{1,4}"))
                    .mapToInt(name -> Integer.parseInt(name.substring("shard_".length())) + 1)
                    .max()
                    .orElse(0);
        }
        var shards = Math.max(found, config.coresPerReplica());
        IntStream.range(0, shards)
                .filter(shard -> !Files.isDirectory(shard(step, shard)))
                .forEach(shard -> problems.add("there is no " + shard(step, shard) + ", of " + shards + " shards"));
        if (shards > MOST_SHARDS) {
            problems.add("there are " + shards + " shards, at most " + MOST_SHARDS + " are read");
        }
        requireNoProblems();
        return shards;
    }

    private List<StoredArchive> files(Path shard) throws IOException {
        var files = new ArrayList<StoredArchive>();
        for (var number = 0; number < MtjLayout.FILES; number++) {
            var file = shard.resolve(number + ".npz");
            if (Files.exists(file)) {
                files.add(StoredArchive.open(file));
                archives.add(files.getLast());
            } else {
                problems.add("there is no " + file + ", a shard has " + MtjLayout.FILES + " files");
            }
        }
        return files;
    }

    private static boolean isFull(List<StoredArchive> shard, MtjLayout layout) {
        var arrays = shard.stream().mapToInt(file -> file.entries().size()).sum();
        var slim = layout.leaves(false).size();
        var full = layout.leaves(true).size();
        return Math.abs(arrays - full) < Math.abs(arrays - slim);
    }

    private List<MtjArray> arrays(List<StoredArchive> shard, List<MtjLeaf> leaves, MtjLayout layout)
            throws IOException {
        var arrays = new ArrayList<MtjArray>();
        for (var number = 0; number < MtjLayout.FILES; number++) {
            var file = shard.get(number);
            var wanted = MtjLayout.arrays(leaves.size(), number);
            if (file.entries().size() != wanted) {
                problems.add(file.file() + " has " + file.entries().size() + " arrays, it must have " + wanted
                        + ", for " + leaves.size() + " in " + MtjLayout.FILES + " files");
                continue;
            }
            for (var i = 0; i < wanted; i++) {
                var leaf = leaves.get(arraysBefore(leaves.size(), number) + i);
                array(file, i, leaf, layout).ifPresent(arrays::add);
            }
        }
        return arrays;
    }

    private static int arraysBefore(int leaves, int file) {
        return IntStream.range(0, file)
                .map(before -> MtjLayout.arrays(leaves, before))
                .sum();
    }

    private Optional<MtjArray> array(StoredArchive file, int number, MtjLeaf leaf, MtjLayout layout)
            throws IOException {
        var where = file.file() + ", arr_" + number + " (" + leaf.path() + ")";
        var entry = file.entries().get("arr_" + number + ".npy");
        if (entry == null) {
            problems.add(where + " is not in the file");
            return Optional.empty();
        }
        var header = NpyHeader.read(file, entry);
        if (!header.shape().equals(layout.shape(leaf))) {
            problems.add(where + " has shape " + header.shape() + ", the configuration asks for " + layout.shape(leaf));
            return Optional.empty();
        }
        var whole = header.type() == DataType.I32 || header.type() == DataType.I64;
        if (whole != leaf instanceof MtjLeaf.Counter) {
            problems.add(where + " is " + header.type() + ", it must be " + (whole ? "F32, F16 or BF16" : "I32"));
            return Optional.empty();
        }
        return Optional.of(
                new MtjArray(file.reader(), header.type(), entry.begin() + header.bytes(), header.columnMajor()));
    }

    /** Closes every file, even when one fails to close. */
    static void closeAll(Collection<StoredArchive> archives) throws IOException {
        IOException failure = null;
        for (var archive : archives) {
            try {
                archive.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
