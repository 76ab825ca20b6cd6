package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.vector.VectorEngine;
import io.meshtransformer.vector.VectorEngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Loads a model of any size, prefills a prompt, decodes, and says how near that is to reading the weights. */
final class ModelDecode {
    private static final int PROMPT = 64;
    private static final int PROBE_INTS = 1 << 25;

    private final VectorEngine engine;
    private final Random random = new Random(1);

    private ModelDecode(VectorEngine engine) {
        this.engine = engine;
    }

    static void run(Path directory, WeightFormat format, int tokens, int sequences) throws IOException {
        try (var checkpoint = Checkpoint.open(directory)) {
            var config = checkpoint.config();
            var options = VectorEngineOptions.defaults(config)
                    .withFormat(format)
                    .withSlots(sequences)
                    .withKvTokens(sequences * (PROMPT + tokens + 16));
            var begin = System.nanoTime();
            try (var engine = VectorEngine.load(checkpoint, options, progress())) {
                System.out.printf("%nloaded in %.1f s%n", seconds(begin));
                var read = (GptjTensors.parameters(config) - (long) config.vocabularySize() * config.width())
                        * format.bytes();
                new ModelDecode(engine).measure(tokens, sequences, read);
            }
            var runtime = Runtime.getRuntime();
            System.out.printf(
                    "heap in use %.2f GB, largest %.2f GB%n",
                    (runtime.totalMemory() - runtime.freeMemory()) / 1e9, runtime.maxMemory() / 1e9);
        }
    }

    private static LoadProgress progress() {
        var shown = new AtomicLong(-1);
        return (done, total) -> {
            var percent = done * 100 / total;
            if (shown.getAndSet(percent) != percent) {
                System.out.printf("\rloading: %d %% of %.2f GB", percent, total / 1e9);
            }
        };
    }

    private void measure(int tokens, int sequences, long bytesPerStep) {
        var slots = new ArrayList<Integer>();
        for (var i = 0; i < sequences; i++) {
            var slot = engine.open();
            var prompt =
                    random.ints(PROMPT, 0, engine.config().vocabularySize()).toArray();
            var begin = System.nanoTime();
            engine.step(List.of(Chunk.withLastLogits(slot, prompt)));
            System.out.printf("prefill of %d tokens: %.1f tokens/s%n", PROMPT, PROMPT / seconds(begin));
            slots.add(slot);
        }
        var steps = new double[tokens];
        for (var token = 0; token < tokens; token++) {
            var chunks = slots.stream()
                    .map(slot ->
                            Chunk.generated(slot, random.nextInt(engine.config().vocabularySize())))
                    .toList();
            var begin = System.nanoTime();
            engine.step(chunks);
            steps[token] = seconds(begin);
        }
        var probe = probe();
        Arrays.sort(steps);
        var best = steps[0];
        var median = steps[tokens / 2];
        System.out.printf(
                "decode, %d sequences: median %.1f ms = %.2f tokens/s, %.1f GB/s of weights; best %.1f ms = %.2f tokens/s, %.1f GB/s%n",
                sequences,
                median * 1e3,
                sequences / median,
                bytesPerStep / median / 1e9,
                best * 1e3,
                sequences / best,
                bytesPerStep / best / 1e9);
        System.out.printf(
                "read probe right after: %.1f GB/s; best step at %.0f %% of it%n",
                probe / 1e9, 100 * bytesPerStep / best / probe);
    }

    /** Best rate at which all processors together read memory, in bytes per second. */
    private static double probe() {
        var threads = Runtime.getRuntime().availableProcessors();
        var data = new int[threads][PROBE_INTS / threads];
        var best = 0.0;
        for (var repetition = 0; repetition < 30; repetition++) {
            var begin = System.nanoTime();
            Arrays.stream(data).parallel().mapToLong(ReadProbe::read).sum();
            best = Math.max(best, 4.0 * PROBE_INTS / threads * threads / seconds(begin));
        }
        return best;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }
}
