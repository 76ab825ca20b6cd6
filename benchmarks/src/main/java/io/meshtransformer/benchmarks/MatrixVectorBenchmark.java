package io.meshtransformer.benchmarks;

import io.meshtransformer.vector.kernel.Bf16Panels;
import io.meshtransformer.vector.kernel.Fp32Panels;
import io.meshtransformer.vector.kernel.Panels;
import io.meshtransformer.vector.kernel.VectorWidth;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One row times GPT-J-6B's feed-forward matrix, 4096 x 16384, against reading as many bytes. Every thread has its own
 * matrix, larger than any cache; what is left to gain is the difference to the read.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 30, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx4g"})
public class MatrixVectorBenchmark {
    static final int INPUTS = 4096;
    static final int OUTPUTS = 16384;
    static final long BF16_BYTES = 2L * INPUTS * OUTPUTS;
    static final long FP32_BYTES = 4L * INPUTS * OUTPUTS;

    /** As the engine walks down its panels. */
    private static final int DEPTH = 1024;

    private float[] x;
    private float[] y;

    @Setup
    public void makeRow() {
        var random = new Random(1);
        x = new float[INPUTS];
        y = new float[OUTPUTS];
        for (var i = 0; i < INPUTS; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
    }

    @State(Scope.Thread)
    public static class Bf16Weights {
        final Bf16Panels kernels = VectorWidth.preferred().kernels().bf16();
        final int[] values = new Random(2)
                .ints((long) INPUTS * OUTPUTS / 2)
                .map(bits -> 0x3c003c00 | bits & 0x807f807f)
                .toArray();
    }

    @State(Scope.Thread)
    public static class Fp32Weights {
        final Fp32Panels kernels = VectorWidth.preferred().kernels().fp32();
        final float[] values = new float[INPUTS * OUTPUTS];

        public Fp32Weights() {
            var random = new Random(3);
            for (var i = 0; i < values.length; i++) {
                values[i] = random.nextFloat() - 0.5f;
            }
        }
    }

    /** Kernel and read take turns, so that whatever else the machine does meets both. */
    @Benchmark
    public float[] bf16BesideRead(Bf16Weights weights, Turns turns) {
        turns.time(BF16_BYTES, () -> bf16(weights), () -> ReadProbe.read(weights.values));
        return y;
    }

    @Benchmark
    public long read(Bf16Weights weights) {
        return ReadProbe.read(weights.values);
    }

    @Benchmark
    public float[] bf16(Bf16Weights weights) {
        var panels = weights.kernels.panelsAtOnce(1);
        for (var panel = 0; panel < OUTPUTS / Panels.OUTPUTS; panel += panels) {
            for (var k = 0; k < INPUTS; k += DEPTH) {
                weights.kernels.multiply(
                        weights.values,
                        (panel * INPUTS + k) * Panels.HALF,
                        INPUTS * Panels.HALF,
                        panels,
                        DEPTH,
                        x,
                        k,
                        1,
                        y,
                        panel * Panels.OUTPUTS,
                        OUTPUTS,
                        y,
                        panel * Panels.OUTPUTS,
                        OUTPUTS);
            }
        }
        return y;
    }

    @Benchmark
    public float[] fp32(Fp32Weights weights) {
        var panels = weights.kernels.panelsAtOnce(1);
        for (var panel = 0; panel < OUTPUTS / Panels.OUTPUTS; panel += panels) {
            for (var k = 0; k < INPUTS; k += DEPTH) {
                weights.kernels.multiply(
                        weights.values,
                        (panel * INPUTS + k) * Panels.OUTPUTS,
                        INPUTS * Panels.OUTPUTS,
                        panels,
                        DEPTH,
                        x,
                        k,
                        1,
                        y,
                        panel * Panels.OUTPUTS,
                        OUTPUTS,
                        y,
                        panel * Panels.OUTPUTS,
                        OUTPUTS);
            }
        }
        return y;
    }
}
