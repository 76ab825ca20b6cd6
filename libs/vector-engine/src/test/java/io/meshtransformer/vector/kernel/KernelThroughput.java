package io.meshtransformer.vector.kernel;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures, in a JVM of its own, what share of the machine's multiply-adds the matrix kernels reach on data that is in
 * the core's cache. Time is the thread's own, so that a busy machine matters little.
 */
public final class KernelThroughput {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int DEPTH = 1024;
    private static final int PANELS = 4;
    private static final int CHAIN_LENGTH = 100_000;

    /** Cycles per nanosecond. */
    private static final double SLOWEST_CLOCK = 1;

    private static final long MOST_NANOS = 15_000_000_000L;

    private KernelThroughput() {}

    /** Prints a line {@code NAME SHARE} for each kernel; stops measuring one as soon as it reaches the first argument. */
    public static void main(String[] arguments) {
        var enough = Double.parseDouble(arguments[0]);
        var limit = limit();
        var kernels = VectorWidth.preferred().kernels();
        var bf16 = kernels.bf16();
        var ints = new int[PANELS * DEPTH * Panels.HALF];
        Arrays.fill(ints, 0x3c003c00);
        for (var rows = 1; rows <= bf16.mostRows(); rows++) {
            var height = rows;
            var x = new float[DEPTH * rows];
            var y = new float[rows * PANELS * Panels.OUTPUTS];
            report(
                    "bf16-" + rows,
                    limit,
                    enough,
                    flop(rows),
                    () -> bf16.multiply(
                            ints,
                            0,
                            DEPTH * Panels.HALF,
                            PANELS,
                            DEPTH,
                            x,
                            0,
                            height,
                            y,
                            0,
                            PANELS * Panels.OUTPUTS,
                            y,
                            0,
                            PANELS * Panels.OUTPUTS));
        }
        var fp32 = kernels.fp32();
        var floats = new float[PANELS * DEPTH * Panels.OUTPUTS];
        for (var rows : new int[] {1, fp32.mostRows()}) {
            var x = new float[DEPTH * rows];
            var y = new float[rows * PANELS * Panels.OUTPUTS];
            report(
                    "fp32-" + rows,
                    limit,
                    enough,
                    flop(rows),
                    () -> fp32.multiply(
                            floats,
                            0,
                            DEPTH * Panels.OUTPUTS,
                            PANELS,
                            DEPTH,
                            x,
                            0,
                            rows,
                            y,
                            0,
                            PANELS * Panels.OUTPUTS,
                            y,
                            0,
                            PANELS * Panels.OUTPUTS));
        }
    }

    /** Multiply-adds per nanosecond without memory, times two. */
    private static double limit() {
        var flop = 2.0 * CHAIN_LENGTH * 8 * F.length();
        // Not even one multiply-add per cycle of a slow clock: then this loop is not compiled yet.
        best(SLOWEST_CLOCK * 2 * F.length(), 1, flop, KernelThroughput::chains);
        var best = 0.0;
        for (var i = 0; i < 20; i++) {
            best = Math.max(best, best(Double.MIN_VALUE, 1, flop, KernelThroughput::chains));
        }
        return best;
    }

    private static double flop(int rows) {
        return 2.0 * rows * DEPTH * PANELS * Panels.OUTPUTS;
    }

    private static void report(String name, double limit, double enough, double flop, Runnable kernel) {
        System.out.printf("%s %.3f%n", name, best(limit, enough, flop, kernel) / limit);
    }

    /** The best rate met until it is enough of the limit, or the time is over. */
    private static double best(double limit, double enough, double flop, Runnable kernel) {
        var threads = ManagementFactory.getThreadMXBean();
        var best = 0.0;
        for (var begin = System.nanoTime(); best < enough * limit && System.nanoTime() - begin < MOST_NANOS; ) {
            var before = threads.getCurrentThreadCpuTime();
            for (var i = 0; i < 20; i++) {
                kernel.run();
            }
            best = Math.max(best, 20 * flop / (threads.getCurrentThreadCpuTime() - before));
        }
        return best;
    }

    /** Eight independent chains of fused multiply-adds, in registers. */
    private static void chains() {
        var x = FloatVector.broadcast(F, 0.999f);
        var c = FloatVector.broadcast(F, 1e-3f);
        var a0 = x;
        var a1 = x;
        var a2 = x;
        var a3 = x;
        var a4 = x;
        var a5 = x;
        var a6 = x;
        var a7 = x;
        for (var i = 0; i < CHAIN_LENGTH; i++) {
            a0 = a0.fma(x, c);
            a1 = a1.fma(x, c);
            a2 = a2.fma(x, c);
            a3 = a3.fma(x, c);
            a4 = a4.fma(x, c);
            a5 = a5.fma(x, c);
            a6 = a6.fma(x, c);
            a7 = a7.fma(x, c);
        }
        sink = a0.add(a1).add(a2.add(a3)).add(a4.add(a5)).add(a6.add(a7)).lane(0);
    }

    private static volatile float sink;
}
