package io.meshtransformer.benchmarks.streaming;

import java.util.Arrays;

/** Durations in microseconds and their percentiles (nearest rank). */
final class Percentiles {
    private long[] micros = new long[1024];
    private int size;

    void add(long duration) {
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, size * 2);
        }
        micros[size++] = duration;
    }

    double milliseconds(double quantile) {
        if (size == 0) {
            return Double.NaN;
        }
        var sorted = Arrays.copyOf(micros, size);
        Arrays.sort(sorted);
        return sorted[Math.clamp((int) Math.ceil(quantile * size) - 1, 0, size - 1)] / 1e3;
    }
}
