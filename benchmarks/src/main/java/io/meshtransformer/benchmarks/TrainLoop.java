package io.meshtransformer.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.training.data.TokenizerHash;
import io.meshtransformer.training.data.WindowSetWriter;
import io.meshtransformer.training.run.EngineFactory;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.StopSignal;
import io.meshtransformer.training.run.TrainingRun;
import io.meshtransformer.xla.training.XlaTrainingEngine;
import io.meshtransformer.xla.training.XlaTrainingOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What the loop around the training steps of {@code stories} costs: data, curve, checkpoints every fourth step. */
final class TrainLoop {
    private static final int STEPS = 24;
    private static final int WINDOWS = 256;

    private TrainLoop() {}

    /** @param model directory of {@code stories}: its configuration and tokenizer */
    static void run(Path model) throws IOException {
        var folder = Files.createTempDirectory("mtj-train-loop");
        var steps = new ArrayList<Double>();
        var engines = new ArrayList<TimedEngine>();
        EngineFactory factory = (configuration, config, state) -> {
            var engine = new TimedEngine(
                    XlaTrainingEngine.create(config, state, XlaTrainingOptions.defaults("cpu", configuration.shape())));
            engines.add(engine);
            return new EngineFactory.Engine(engine, OptionalDouble.empty());
        };
        new TrainingRun(
                        new RunDirectory(folder.resolve("run")),
                        configuration(model.toAbsolutePath(), folder),
                        factory,
                        event -> {
                            if (event instanceof RunEvent.StepCompleted completed) {
                                steps.add(completed.record().seconds());
                            }
                        },
                        new StopSignal(),
                        InstantSource.system())
                .run();
        report(steps, engines.getFirst());
    }

    private static RunConfiguration configuration(Path model, Path folder) throws IOException {
        var config = GptjConfig.read(model.resolve("config.json"));
        write(folder, model, config);
        var json = new JsonMapper().readTree("""
                        {"name": "loop", "data": {"train": "windows"}, "batch": 16, "sequence": 256, "steps": %d,
                         "learning_rate": {"peak": 1e-3}, "checkpoints": {"every": 4},
                         "tokenizer": "%s", "model": {"config": "%s/config.json"}}
                        """.formatted(STEPS, model, model));
        return RunConfiguration.parse(json, folder);
    }

    private static void write(Path folder, Path model, GptjConfig config) throws IOException {
        var directory = Files.createDirectory(folder.resolve("windows"));
        var tokens = 257;
        try (var writer = new WindowSetWriter(
                directory, tokens, config.vocabularySize(), TokenizerHash.of(model), WindowSetWriter.FILE_BYTES)) {
            var ids = ByteBuffer.allocate(WINDOWS * tokens * writer.idBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (var i = 0; ids.hasRemaining(); i++) {
                ids.putChar((char) (i * 31 % config.vocabularySize()));
            }
            writer.append(ids.flip());
            writer.complete(1, OptionalLong.empty(), List.of());
        }
    }

    private static void report(List<Double> steps, TimedEngine engine) {
        var median = median(steps);
        var idle =
                engine.idleSeconds().stream().mapToDouble(Double::doubleValue).sum();
        var total = steps.stream().mapToDouble(Double::doubleValue).sum();
        System.out.printf("%d steps, median %.3f s%n", steps.size(), median);
        System.out.printf(
                "nothing on its way between steps: %.4f s of %.1f s, %.2f %%%n", idle, total, 100 * idle / total);
        System.out.printf(
                "paused for a checkpoint: median %.3f s, longest %.3f s, %.2f of a step%n",
                median(engine.pauseSeconds()),
                engine.pauseSeconds().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0),
                median(engine.pauseSeconds()) / median);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
    }
}
