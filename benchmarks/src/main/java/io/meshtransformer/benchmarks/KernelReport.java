package io.meshtransformer.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the kernels' benchmarks and puts them beside what the machine can give, best iteration against best iteration. */
final class KernelReport {
    private KernelReport() {}

    static void run(int threads) throws RunnerException {
        var vector = run(MatrixVectorBenchmark.class, threads);
        var matrix = run(MatrixMatrixBenchmark.class, threads);
        var read = MatrixVectorBenchmark.BF16_BYTES * threads / bestSeconds(vector, "read") / 1e9;
        System.out.printf(
                "%n%d threads, %d of the machine's%n",
                threads, Runtime.getRuntime().availableProcessors());
        System.out.printf("read probe                      %7.1f GB/s%n", read);
        var bf16 = MatrixVectorBenchmark.BF16_BYTES * threads / bestSeconds(vector, "bf16") / 1e9;
        System.out.printf("1 row x 4096 x 16384, bf16      %7.1f GB/s    %3.0f %% of it%n", bf16, 100 * bf16 / read);
        var fp32 = MatrixVectorBenchmark.FP32_BYTES * threads / bestSeconds(vector, "fp32") / 1e9;
        System.out.printf("1 row x 4096 x 16384, fp32      %7.1f GB/s    %3.0f %% of it%n", fp32, 100 * fp32 / read);
        var limit = MatrixMatrixBenchmark.Limit.flop() * threads / bestSeconds(matrix, "multiplyAdd") / 1e9;
        System.out.printf("multiply-adds in registers      %7.0f GFLOP/s%n", limit);
        for (var result : matrix) {
            var rows = result.getParams().getParam("rows");
            if (rows != null) {
                var flop = 2.0 * Integer.parseInt(rows) * MatrixMatrixBenchmark.WIDTH * MatrixMatrixBenchmark.WIDTH;
                var rate = flop * threads / bestSeconds(result) / 1e9;
                System.out.printf(
                        "%3s rows x 4096 x 4096, %s    %7.0f GFLOP/s %3.0f %% of it%n",
                        rows, result.getPrimaryResult().getLabel(), rate, 100 * rate / limit);
            }
        }
    }

    private static Collection<RunResult> run(Class<?> benchmarks, int threads) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(benchmarks.getName().replace("$", "."))
                        .threads(threads)
                        .build())
                .run();
    }

    private static double bestSeconds(Collection<RunResult> results, String label) {
        return results.stream()
                .filter(result -> result.getPrimaryResult().getLabel().equals(label))
                .mapToDouble(KernelReport::bestSeconds)
                .min()
                .orElseThrow();
    }

    /** The shortest iteration's mean time; scores are in microseconds. */
    static double bestSeconds(RunResult result) {
        return result.getPrimaryResult().getStatistics().getMin() * 1e-6;
    }
}
