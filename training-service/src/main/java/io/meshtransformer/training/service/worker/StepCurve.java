package io.meshtransformer.training.service.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.training.run.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads steps out of a run's {@code steps.jsonl}, as {@link io.meshtransformer.training.run.StepLog} writes it. */
final class StepCurve {
    private static final JsonMapper MAPPER = new JsonMapper();

    private StepCurve() {}

    /** The steps there are from the first to the last. */
    static List<StepRecord> read(Path file, long first, long last) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var lines = Files.lines(file)) {
            return lines.flatMap(line -> step(line).stream())
                    .filter(record -> record.step() >= first && record.step() <= last)
                    .toList();
        }
    }

    private static Optional<StepRecord> step(String line) {
        try {
            var json = MAPPER.readTree(line);
            return json.has("loss") ? Optional.of(record(json)) : Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty(); // The line that is being written.
        }
    }

    private static StepRecord record(JsonNode json) {
        var result = new StepResult(
                json.path("step").asLong(),
                json.path("learning_rate").asDouble(),
                json.path("loss").asDouble(),
                json.path("cross_entropy").asDouble(),
                json.path("z_loss").asDouble(),
                json.path("last_loss").asDouble(),
                json.path("correct_fraction").asDouble(),
                json.path("gradient_norm").asDouble(),
                json.path("micro_gradient_norm").asDouble());
        return new StepRecord(
                result,
                json.path("tokens").asLong(),
                json.path("epoch").asDouble(),
                json.path("seconds").asDouble(),
                json.path("tokens_per_second").asDouble(),
                optional(json, "mfu"),
                optional(json, "hfu"),
                optional(json, "noise_scale"));
    }

    private static OptionalDouble optional(JsonNode json, String key) {
        return json.has(key) ? OptionalDouble.of(json.get(key).asDouble()) : OptionalDouble.empty();
    }
}
