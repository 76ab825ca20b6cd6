package io.meshtransformer.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalDouble;

/**
 * The curve of a run as lines of JSON, for people and programs: a line for each step, and one for each validation. Steps
 * that are behind the checkpoint that a run goes on from are dropped, for they come again.
 */
public final class StepLog implements RunListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StepLog.class.getName());
    private static final JsonMapper MAPPER = new JsonMapper();

    private final FileChannel channel;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long end;

    private StepLog(FileChannel channel) throws IOException {
        this.channel = channel;
        this.end = channel.size();
    }

    /**
     * Opens it to go on behind a step.
     *
     * @param step lines of later steps are dropped, and a last line that was not written to its end
     */
    public static StepLog open(Path file, long step) throws IOException {
        if (Files.exists(file)) {
            keepUntil(file, step);
        }
        return new StepLog(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    private static void keepUntil(Path file, long step) throws IOException {
        var kept = file.resolveSibling(file.getFileName() + ".kept");
        try (var lines = Files.lines(file);
                var out = Files.newBufferedWriter(kept)) {
            for (var line : (Iterable<String>) lines::iterator) {
                if (isUntil(line, step)) {
                    out.write(line);
                    out.newLine();
                }
            }
        }
        Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isUntil(String line, long step) {
        try {
            return MAPPER.readTree(line).path("step").asLong(Long.MAX_VALUE) <= step;
        } catch (JsonProcessingException _) {
            return false; // The process ended within the line.
        }
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.StepCompleted completed -> write(json(completed.record()));
            case RunEvent.ValidationCompleted validated ->
                write(MAPPER.createObjectNode()
                        .put("step", validated.step())
                        .put("set", validated.set())
                        .put("validation_loss", validated.loss())
                        .put("tokens", validated.tokens()));
            case RunEvent.PhaseEntered _,
                    RunEvent.Started _,
                    RunEvent.CheckpointCommitted _,
                    RunEvent.CheckpointDeleted _,
                    RunEvent.CheckpointFailed _ -> {}
        }
    }

    private static ObjectNode json(StepRecord record) {
        var result = record.result();
        var json = MAPPER.createObjectNode()
                .put("step", result.step())
                .put("loss", result.loss())
                .put("cross_entropy", result.crossEntropy())
                .put("z_loss", result.zLoss())
                .put("last_loss", result.lastLoss())
                .put("correct_fraction", result.correctFraction())
                .put("learning_rate", result.learningRate())
                .put("gradient_norm", result.gradientNorm())
                .put("micro_gradient_norm", result.microGradientNorm())
                .put("tokens", record.tokens())
                .put("epoch", record.epoch())
                .put("seconds", record.seconds())
                .put("tokens_per_second", record.tokensPerSecond());
        put(json, "mfu", record.modelUtilisation());
        put(json, "hfu", record.hardwareUtilisation());
        put(json, "noise_scale", record.noiseScale());
        return json;
    }

    private static void put(ObjectNode json, String key, OptionalDouble value) {
        value.ifPresent(number -> json.put(key, number));
    }

    /** A line that the disk has no room for waits for the next one: a full disk ends no run. */
    private synchronized void write(JsonNode line) {
        waiting.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            writeWaiting();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the curve waits for room on the disk: {0}", e.getMessage());
        }
    }

    private void writeWaiting() throws IOException {
        var bytes = ByteBuffer.wrap(waiting.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes, end + bytes.position());
        }
        end += bytes.limit();
        waiting.reset();
    }

    /** @throws IOException if lines are waiting and there is still no room for them */
    @Override
    public synchronized void close() throws IOException {
        try (channel) {
            writeWaiting();
        }
    }
}
