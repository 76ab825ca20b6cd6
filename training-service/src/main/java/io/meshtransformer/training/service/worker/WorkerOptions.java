package io.meshtransformer.training.service.worker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a worker's command line says.
 *
 * @param folder of the run
 * @param configuration file that it is configured by
 * @param attempt which of the run's workers it is, from 1
 */
record WorkerOptions(Path folder, Path configuration, int attempt) {
    private static final Set<String> NAMES = Set.of("--run", "--configuration", "--attempt");

    WorkerOptions {
        requireNonNull(folder, "folder is null");
        requireNonNull(configuration, "configuration is null");
    }

    /** @throws IllegalArgumentException if a word is missing, or there is one too many */
    static WorkerOptions parse(List<String> words) {
        var given = new HashMap<String, String>();
        for (var i = 0; i < words.size(); i += 2) {
            if (!NAMES.contains(words.get(i)) || i + 1 == words.size()) {
                throw new IllegalArgumentException("worker: '" + words.get(i)
                        + "' is not known here; it takes --run FOLDER --configuration FILE --attempt N");
            }
            given.put(words.get(i), words.get(i + 1));
        }
        return new WorkerOptions(
                Path.of(required(given, "--run")),
                Path.of(required(given, "--configuration")),
                Integer.parseInt(required(given, "--attempt")));
    }

    private static String required(Map<String, String> given, String name) {
        if (!given.containsKey(name)) {
            throw new IllegalArgumentException("worker: " + name + " is missing");
        }
        return given.get(name);
    }
}
