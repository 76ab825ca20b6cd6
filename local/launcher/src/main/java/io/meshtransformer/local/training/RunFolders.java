package io.meshtransformer.local.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs as their folders tell while no suite runs, in the gateway's JSON. What only training-service knows is missing: a
 * run is {@code finished} if its last step is taken, else {@code stopped}.
 *
 * @param directory has a folder for each run
 */
public record RunFolders(Path directory) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** By name. */
    public List<JsonNode> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var folders = Files.list(directory)) {
            var runs = new ArrayList<JsonNode>();
            for (var folder : folders.sorted(Comparator.naturalOrder()).toList()) {
                var configuration = new RunDirectory(folder).configuration();
                if (configuration.isPresent()) {
                    runs.add(describe(configuration.get(), new RunDirectory(folder)));
                }
            }
            return runs;
        } catch (IOException e) {
            throw new LauncherException("the runs in %s can't be read: %s".formatted(directory, e), e);
        }
    }

    /** @throws LauncherException if there is no such run */
    public JsonNode describe(String name) {
        return list().stream()
                .filter(run -> run.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new LauncherException("there is no run '%s' in %s".formatted(name, directory)));
    }

    /** The curve of a run, every n-th step of it. */
    public JsonNode history(String name, int limit) {
        try {
            return thinned(history(new RunDirectory(directory.resolve(name))), limit);
        } catch (IOException e) {
            throw new LauncherException("the curve of %s can't be read: %s".formatted(name, e), e);
        }
    }

    private static JsonNode thinned(ObjectNode history, int limit) {
        var steps = (ArrayNode) history.get("steps");
        int stride = Math.max(1, Math.ceilDiv(steps.size(), limit));
        var kept = JSON.createArrayNode();
        for (int index = 0; index < steps.size(); index++) {
            if (index % stride == 0 || index == steps.size() - 1) {
                kept.add(steps.get(index));
            }
        }
        return history.put("stride", stride).set("steps", kept);
    }

    private static ObjectNode describe(RunConfiguration configuration, RunDirectory run) throws IOException {
        var history = history(run);
        var steps = history.get("steps");
        var last = steps.path(steps.size() - 1);
        var validations = history.get("validations");
        var json = JSON.createObjectNode().put("name", configuration.name());
        json.put("state", last.path("step").asLong() >= configuration.steps() ? "finished" : "stopped");
        json.put("step", last.path("step").asLong());
        json.put("total_steps", configuration.steps());
        for (var figure : List.of("loss", "tokens_per_second", "mfu", "tokens")) {
            if (last.has(figure)) {
                json.set(figure, last.get(figure));
            }
        }
        if (!validations.isEmpty()) {
            json.set("validation_loss", validations.get(validations.size() - 1).get("loss"));
            var losses = new ArrayList<Double>();
            validations.forEach(validation -> losses.add(validation.get("loss").doubleValue()));
            json.put(
                    "best_validation_loss", losses.stream().min(Double::compare).orElseThrow());
        }
        json.set("checkpoints", checkpoints(new CheckpointCatalog(run.checkpoints())));
        json.set("configuration", configuration.toJson());
        return json;
    }

    private static ArrayNode checkpoints(CheckpointCatalog catalog) throws IOException {
        var best = catalog.best();
        var json = JSON.createArrayNode();
        for (var checkpoint : catalog.list()) {
            var manifest = checkpoint.manifest();
            var row = json.addObject().put("step", manifest.step());
            row.put("path", checkpoint.directory().toString()).put("bytes", manifest.bytes());
            manifest.validationLoss().ifPresent(loss -> row.put("validation_loss", loss));
            row.put("best", best.filter(checkpoint::equals).isPresent());
            row.put("time", manifest.written().toString());
        }
        return json;
    }

    /** From {@code steps.jsonl}: lines of steps, and lines of validations among them. */
    private static ObjectNode history(RunDirectory run) throws IOException {
        var history = JSON.createObjectNode().put("stride", 1);
        var steps = history.putArray("steps");
        var validations = history.putArray("validations");
        if (!Files.exists(run.steps())) {
            return history;
        }
        try (var lines = Files.lines(run.steps())) {
            for (var line : (Iterable<String>) lines::iterator) {
                ObjectNode json;
                try {
                    json = (ObjectNode) JSON.readTree(line);
                } catch (JsonProcessingException _) {
                    continue; // The worker ended within the line.
                }
                if (json.has("validation_loss")) {
                    json.set("loss", json.remove("validation_loss"));
                    validations.add(json);
                } else {
                    if (json.has("noise_scale")) {
                        json.set("gradient_noise_scale", json.remove("noise_scale"));
                    }
                    steps.add(json);
                }
            }
        }
        return history;
    }
}
