package io.meshtransformer.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the engine's benchmark and says what its steps mean in tokens per second. */
final class EngineReport {
    private EngineReport() {}

    static void run() throws RunnerException {
        var results = new Runner(new OptionsBuilder()
                        .include(EngineBenchmark.class.getName())
                        .build())
                .run();
        System.out.println();
        for (var result : results) {
            var sequences = Integer.parseInt(result.getParams().getParam("sequences"));
            var mean = result.getPrimaryResult().getStatistics().getMean() * 1e-6;
            System.out.printf(
                    "%s, %s, %2d sequences: %6.0f tokens/s, best iteration %6.0f%n",
                    result.getParams().getParam("model"),
                    result.getParams().getParam("format"),
                    sequences,
                    sequences / mean,
                    sequences / KernelReport.bestSeconds(result));
        }
    }
}
