package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.program.ModelProgram;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Supplier;

/** How long it takes to write GPT-J-6B's programs, 28 layers, and how long they are. */
final class XlaPrograms {
    private static final int ROUNDS = 200;

    private XlaPrograms() {}

    static void run() throws IOException {
        var config = GptjConfig.sixBillion();
        var programs = new GptjPrograms(config, new DeviceMesh(1, 8), ElementType.BF16);
        var cache = CacheShape.of(config, 64);
        var writers = new LinkedHashMap<String, Supplier<ModelProgram>>();
        writers.put("decode", () -> programs.decode(cache));
        writers.put("prefill", () -> programs.prefill(cache, 64));
        writers.put("forward", () -> programs.forward(1, 2048));
        writers.put("score", () -> programs.score(1, 2048));
        for (var writer : writers.entrySet()) {
            var text = new String[1];
            Samples.Work write =
                    () -> text[0] = writer.getValue().get().program().toMlir();
            var first = Samples.of(1, write);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %6d bytes of text; first time %.1f ms, then %s%n",
                    writer.getKey(),
                    text[0].length(),
                    first.bestMillis(),
                    Samples.of(ROUNDS, write));
        }
    }
}
