package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.engine.Logits;
import io.meshtransformer.vector.VectorEngine;
import io.meshtransformer.vector.VectorEngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A decode step of the engine, for so many sequences that grow from nothing to 200 tokens and begin again. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class EngineBenchmark {
    private static final int LENGTH = 200;

    /** A model directory, from the repository's root. */
    @Param("models/stories")
    String model;

    @Param({"bf16", "fp32"})
    String format;

    @Param({"1", "64"})
    int sequences;

    private final Random random = new Random(1);
    private VectorEngine engine;
    private int[] slots;

    @Setup
    public void load() throws IOException {
        try (var checkpoint = Checkpoint.open(Path.of(model))) {
            var options = VectorEngineOptions.defaults(checkpoint.config())
                    .withFormat(WeightFormat.of(format))
                    .withSlots(sequences);
            engine = VectorEngine.load(checkpoint, options, LoadProgress.SILENT);
        }
        slots = new int[sequences];
        for (var i = 0; i < sequences; i++) {
            slots[i] = engine.open();
        }
    }

    @Benchmark
    public Logits step() {
        var chunks = new ArrayList<Chunk>(sequences);
        for (var slot : slots) {
            if (engine.length(slot) == LENGTH) {
                engine.truncate(slot, 0);
            }
            chunks.add(Chunk.generated(slot, random.nextInt(engine.config().vocabularySize())));
        }
        return engine.step(chunks);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
