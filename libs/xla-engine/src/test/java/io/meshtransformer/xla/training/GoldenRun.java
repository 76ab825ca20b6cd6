package io.meshtransformer.xla.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training run of the reference.
 *
 * @param model its directory
 * @param windows of each step, {@code [accumulation, batch, sequence + 1]}
 * @param steps what each step said
 */
record GoldenRun(
        Path directory,
        Path model,
        GptjConfig config,
        TrainingShape shape,
        LearningRateSchedule schedule,
        OptimiserOptions optimiser,
        List<int[]> windows,
        List<JsonNode> steps) {

    static GoldenRun read(String name) throws IOException {
        var directory = SharedMaterial.require("golden/training/" + name);
        var trajectory =
                new ObjectMapper().readTree(directory.resolve("trajectory.json").toFile());
        var hyper = trajectory.get("hyper");
        var shape = new TrainingShape(
                hyper.get("dp").asInt(),
                hyper.get("accum").asInt(),
                hyper.get("seq").asInt());
        var model = SharedMaterial.require(
                "golden/models/" + trajectory.get("model").asText());
        var schedule = new LearningRateSchedule(
                hyper.get("warm").asLong(),
                hyper.get("anneal").asLong(),
                hyper.get("lr").asDouble(),
                hyper.get("end").asDouble());
        var usual = OptimiserOptions.DEFAULT;
        var optimiser = new OptimiserOptions(
                usual.clipNorm(),
                usual.beta1(),
                usual.beta2(),
                usual.epsilon(),
                hyper.get("wd").asDouble(),
                usual.zLoss(),
                trajectory.path("shards").asInt(1));
        var steps = new ArrayList<JsonNode>();
        trajectory.get("float32").forEach(steps::add);
        return new GoldenRun(
                directory,
                model,
                GptjConfig.read(model.resolve("config.json")),
                shape,
                schedule,
                optimiser,
                windows(directory.resolve("batches.safetensors"), shape, steps.size()),
                steps);
    }

    /** The same, each sequence a micro-batch of its own. */
    GoldenRun sequenceBySequence() {
        var apart = new TrainingShape(1, shape.windows(), shape.sequence());
        return new GoldenRun(directory, model, config, apart, schedule, optimiser, windows, steps);
    }

    private static List<int[]> windows(Path file, TrainingShape shape, int steps) throws IOException {
        try (var batches = SafetensorsFile.open(file);
                var channel = FileChannel.open(file)) {
            var count = shape.windows() * shape.windowTokens();
            var ids = channel.map(
                            FileChannel.MapMode.READ_ONLY,
                            batches.entry("batches").begin(),
                            (long) steps * count * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            var windows = new ArrayList<int[]>();
            for (var step = 0; step < steps; step++) {
                var ofStep = new int[count];
                ids.get(ofStep);
                windows.add(ofStep);
            }
            return windows;
        }
    }
}
