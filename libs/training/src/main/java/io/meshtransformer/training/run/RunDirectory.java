package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a run keeps everything. What is in it is enough to go on. */
public record RunDirectory(Path path) {
    private static final JsonMapper MAPPER = new JsonMapper();

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** The curve: see {@link StepLog}. */
    public Path steps() {
        return path.resolve("steps.jsonl");
    }

    private Path configurationFile() {
        return path.resolve("run.json");
    }

    /** What the run was told last. */
    public Optional<RunConfiguration> configuration() throws IOException {
        var file = configurationFile();
        return Files.exists(file)
                ? Optional.of(RunConfiguration.parse(MAPPER.readTree(file.toFile()), path))
                : Optional.empty();
    }

    /**
     * Begins a run here, or lets the one that is here go on with changes that it may go on with.
     *
     * @throws TrainingException.Mismatch if another run is here, with what differs
     */
    public void prepare(RunConfiguration configuration) throws IOException {
        var before = configuration();
        if (before.isPresent()) {
            var conflicts = configuration.conflicts(before.get());
            if (!conflicts.isEmpty()) {
                throw new TrainingException.Mismatch("the run " + configuration.name()
                        + " is there already and differs: " + String.join("; ", conflicts));
            }
        }
        Files.createDirectories(path);
        DurableFiles.replace(
                configurationFile(), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(configuration.toJson()));
    }
}
