package io.meshtransformer.gptj.mtj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code meta.json}: which checkpoint is the last.
 *
 * @param step of the last checkpoint
 * @param dataLoader where the run stood in its data, or null where the file doesn't say
 */
record MtjMeta(long step, JsonNode dataLoader) {
    static final String FILE = "meta.json";

    private static final int MOST_BYTES = 1 << 24;
    private static final JsonMapper MAPPER = new JsonMapper();

    static MtjMeta read(Path file) throws IOException {
        JsonNode json;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid(file, "it has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read", null);
            }
            json = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw invalid(file, "it is not JSON: " + e.getOriginalMessage(), e);
        }
        var step = json.path("step");
        if (!step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0) {
            throw invalid(file, "step is " + step + ", it must be a whole number from 0", null);
        }
        return new MtjMeta(
                step.longValue(), json.path("aux").path(step.asText()).get("train_loader"));
    }

    private static ModelFormatException invalid(Path file, String problem, Throwable cause) {
        return new ModelFormatException.InvalidConfig(file, List.of(problem), cause);
    }

    void write(Path file) throws IOException {
        var json = MAPPER.createObjectNode().put("step", step);
        json.putArray("checkpoints").add(step);
        var loader = json.putObject("aux").putObject(Long.toString(step));
        if (dataLoader == null) {
            loader.putObject("train_loader").put("file_idx", 0).putArray("used");
        } else {
            loader.set("train_loader", dataLoader);
        }
        MAPPER.writeValue(file.toFile(), json);
    }
}
