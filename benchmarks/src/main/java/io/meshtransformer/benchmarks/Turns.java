package io.meshtransformer.benchmarks;

import java.util.Arrays;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Times of a kernel and a read of as many bytes that took turns; prints both after the last iteration. */
@State(Scope.Thread)
public class Turns {
    private static final int MOST = 1 << 16;

    private final double[] kernelSeconds = new double[MOST];
    private final double[] readSeconds = new double[MOST];
    private int count;
    private long bytes;

    void time(long bytesEach, Runnable kernel, Runnable read) {
        bytes = bytesEach;
        var begin = System.nanoTime();
        kernel.run();
        var middle = System.nanoTime();
        read.run();
        var end = System.nanoTime();
        kernelSeconds[count % MOST] = (middle - begin) * 1e-9;
        readSeconds[count % MOST] = (end - middle) * 1e-9;
        count++;
    }

    @TearDown(Level.Trial)
    public void print() {
        var filled = Math.min(count, MOST);
        var kernel = Arrays.copyOf(kernelSeconds, filled);
        var read = Arrays.copyOf(readSeconds, filled);
        Arrays.sort(kernel);
        Arrays.sort(read);
        for (var place : new int[] {0, filled / 4, filled / 2}) {
            System.out.printf(
                    "%n%s of %d turns: kernel %.1f GB/s, read %.1f GB/s, ratio %.0f %%",
                    place == 0 ? "best" : place == filled / 4 ? "lower quartile" : "median",
                    filled,
                    bytes / kernel[place] / 1e9,
                    bytes / read[place] / 1e9,
                    100 * read[place] / kernel[place]);
        }
        System.out.println();
    }
}
