package io.meshtransformer.benchmarks;

import io.meshtransformer.vector.kernel.Panels;
import io.meshtransformer.vector.kernel.VectorWidth;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
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
import org.openjdk.jmh.annotations.Warmup;

/** Many rows times a 4096 x 4096 matrix, as in prefill and large batches, against multiply-adds in registers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx4g"})
public class MatrixMatrixBenchmark {
    static final int WIDTH = 4096;
    static final int CHAINS = 12;
    static final int CHAIN_LENGTH = 1_000_000;

    /** As the engine does it: panels and depth that stay in a core's cache while the tiles go by. */
    private static final int DEPTH = 1024;

    private static final int PANELS = 4;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    @Param({"8", "16", "64", "512"})
    int rows;

    private float[] x;
    private float[] y;
    private int[] bf16;
    private float[] fp32;

    @Setup
    public void fill() {
        var random = new Random(1);
        x = floats(random, rows * WIDTH);
        y = new float[rows * WIDTH];
        fp32 = floats(random, WIDTH * WIDTH);
        bf16 = random.ints(WIDTH * WIDTH / 2)
                .map(bits -> 0x3c003c00 | bits & 0x807f807f)
                .toArray();
    }

    private static float[] floats(Random random, int count) {
        var values = new float[count];
        for (var i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    @Benchmark
    public float[] bf16() {
        var kernels = VectorWidth.preferred().kernels().bf16();
        var height = Math.min(rows, kernels.mostRows());
        var panels = rows == height ? kernels.panelsAtOnce(height) : PANELS;
        for (var panel = 0; panel < WIDTH / Panels.OUTPUTS; panel += panels) {
            for (var k = 0; k < WIDTH; k += DEPTH) {
                for (var row = 0; row < rows; row += height) {
                    var tile = Math.min(height, rows - row);
                    kernels.multiply(
                            bf16,
                            (panel * WIDTH + k) * Panels.HALF,
                            WIDTH * Panels.HALF,
                            panels,
                            DEPTH,
                            x,
                            row * WIDTH + k * tile,
                            tile,
                            y,
                            row * WIDTH + panel * Panels.OUTPUTS,
                            WIDTH,
                            y,
                            row * WIDTH + panel * Panels.OUTPUTS,
                            WIDTH);
                }
            }
        }
        return y;
    }

    @Benchmark
    public float[] fp32() {
        var kernels = VectorWidth.preferred().kernels().fp32();
        var height = Math.min(rows, kernels.mostRows());
        var panels = rows == height ? kernels.panelsAtOnce(height) : PANELS;
        for (var panel = 0; panel < WIDTH / Panels.OUTPUTS; panel += panels) {
            for (var k = 0; k < WIDTH; k += DEPTH) {
                for (var row = 0; row < rows; row += height) {
                    var tile = Math.min(height, rows - row);
                    kernels.multiply(
                            fp32,
                            (panel * WIDTH + k) * Panels.OUTPUTS,
                            WIDTH * Panels.OUTPUTS,
                            panels,
                            DEPTH,
                            x,
                            row * WIDTH + k * tile,
                            tile,
                            y,
                            row * WIDTH + panel * Panels.OUTPUTS,
                            WIDTH,
                            y,
                            row * WIDTH + panel * Panels.OUTPUTS,
                            WIDTH);
                }
            }
        }
        return y;
    }

    /** Independent chains of multiply-adds that never leave their registers. */
    @State(Scope.Thread)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    @Measurement(iterations = 20, time = 300, timeUnit = TimeUnit.MILLISECONDS)
    @Fork(
            value = 1,
            jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
    public static class Limit {
        @Benchmark
        public float multiplyAdd() {
            var x = FloatVector.broadcast(SPECIES, 0.999f);
            var c = FloatVector.broadcast(SPECIES, 1e-3f);
            var a = x;
            var b = x;
            var d = x;
            var e = x;
            var f = x;
            var g = x;
            var h = x;
            var i = x;
            var j = x;
            var k = x;
            var l = x;
            var m = x;
            for (var n = 0; n < CHAIN_LENGTH; n++) {
                a = a.fma(x, c);
                b = b.fma(x, c);
                d = d.fma(x, c);
                e = e.fma(x, c);
                f = f.fma(x, c);
                g = g.fma(x, c);
                h = h.fma(x, c);
                i = i.fma(x, c);
                j = j.fma(x, c);
                k = k.fma(x, c);
                l = l.fma(x, c);
                m = m.fma(x, c);
            }
            var sum = a.add(b).add(d).add(e).add(f).add(g);
            return sum.add(h).add(i).add(j).add(k).add(l).add(m).lane(0);
        }

        static double flop() {
            return 2.0 * CHAINS * CHAIN_LENGTH * SPECIES.length();
        }
    }
}
