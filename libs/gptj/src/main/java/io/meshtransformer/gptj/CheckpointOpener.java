package io.meshtransformer.gptj;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** Finds the files of a checkpoint and compares what they hold with what the configuration asks for. */
final class CheckpointOpener {
    private final Path directory;
    private final List<String> problems = new ArrayList<>();
    private final SequencedMap<String, SafetensorsFile> files = new LinkedHashMap<>();
    private final Map<String, SafetensorsFile> fileOfTensor = new HashMap<>();

    /** Not reported one by one: the missing shard says it all. */
    private final Set<String> inMissingShards = new HashSet<>();

    CheckpointOpener(Path directory) {
        this.directory = requireNonNull(directory, "directory is null");
    }

    Checkpoint open() throws IOException {
        var config = GptjConfig.read(directory.resolve(Checkpoint.CONFIG_FILE));
        try {
            if (Files.exists(directory.resolve(Checkpoint.SINGLE_FILE))) {
                openFile(Checkpoint.SINGLE_FILE);
            } else if (Files.exists(directory.resolve(Checkpoint.INDEX_FILE))) {
                openShards(WeightMap.read(directory, Checkpoint.INDEX_FILE, problems));
            } else if (Adapter.isOne(directory)) {
                problems.add(Adapter.isNoModel(directory));
                throw invalid(null);
            } else {
                problems.add("there is neither " + Checkpoint.SINGLE_FILE + " nor " + Checkpoint.INDEX_FILE
                        + " in the directory");
                throw invalid(null);
            }
            compare(GptjTensors.shapes(config));
            if (!problems.isEmpty()) {
                throw invalid(null);
            }
            return new Checkpoint(directory, config, files.values(), fileOfTensor);
        } catch (Throwable e) {
            try {
                closeAll(files.values());
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private void openShards(Map<String, String> weightMap) throws IOException {
        for (var shard : new TreeSet<>(weightMap.values())) {
            if (Files.isRegularFile(directory.resolve(shard))) {
                openFile(shard);
            } else {
                problems.add("there is no shard " + shard + " in the directory, though " + Checkpoint.INDEX_FILE
                        + " names it");
            }
        }
        weightMap.forEach((tensor, shard) -> {
            var file = files.get(shard);
            if (file == null) {
                inMissingShards.add(tensor);
            } else if (!file.entries().containsKey(tensor)) {
                problems.add(Checkpoint.INDEX_FILE + " places tensor " + tensor + " in " + shard + ", where it is not");
            }
        });
        files.forEach((shard, file) -> file.entries().keySet().stream()
                .filter(tensor -> !weightMap.containsKey(tensor))
                .forEach(tensor -> problems.add("shard " + shard + " holds tensor " + tensor + ", which "
                        + Checkpoint.INDEX_FILE + " does not name")));
    }

    private void openFile(String name) throws IOException {
        var file = SafetensorsFile.open(directory.resolve(name));
        files.put(name, file);
        for (var tensor : file.entries().keySet()) {
            var other = fileOfTensor.put(tensor, file);
            if (other != null) {
                problems.add("tensor " + tensor + " is both in " + other.file().getFileName() + " and in " + name);
            }
        }
    }

    private void compare(SequencedMap<String, Shape> wanted) {
        var found = new HashMap<String, WeightComparison.Found>();
        fileOfTensor.forEach((name, file) -> found.put(
                name,
                new WeightComparison.Found(
                        file.entry(name).type(), file.entry(name).shape())));
        problems.addAll(WeightComparison.problems(wanted, found, inMissingShards));
        fileOfTensor.keySet().removeIf(GptjTensors::isBuffer);
    }

    private ModelFormatException invalid(Throwable cause) {
        return new ModelFormatException.InvalidWeights(directory, problems, cause);
    }

    /** Closes every file, even when one fails to close. */
    static void closeAll(Collection<SafetensorsFile> files) throws IOException {
        IOException failure = null;
        for (var file : files) {
            try {
                file.close();
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
