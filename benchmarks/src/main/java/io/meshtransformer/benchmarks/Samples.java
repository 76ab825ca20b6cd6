package io.meshtransformer.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** Times of the same work, in nanoseconds. */
record Samples(long[] nanos) {
    /** Something that can be done again and again. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    static Samples of(int rounds, Work work) throws IOException {
        var nanos = new long[rounds];
        for (var round = 0; round < rounds; round++) {
            var start = System.nanoTime();
            work.run();
            nanos[round] = System.nanoTime() - start;
        }
        return new Samples(nanos);
    }

    double bestMillis() {
        return quantile(0);
    }

    double medianMillis() {
        return quantile(0.5);
    }

    private double quantile(double share) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "best %.3f ms, median %.3f ms", bestMillis(), medianMillis());
    }
}
