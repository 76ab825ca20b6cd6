package io.meshtransformer.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.testkit.Patience;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ParallelRowReadingTest {

    @Test
    void everyRowIsReadOnceBeforeTheCallReturns() {
        try (var reading = new ParallelRowReading(4, 2)) {
            for (int rows = 0; rows < 200; rows++) {
                var read = new AtomicIntegerArray(rows);
                reading.readAll(rows, read::incrementAndGet);
                for (int row = 0; row < rows; row++) {
                    assertThat(read.get(row)).isOne();
                }
            }
        }
    }

    @Test
    void manyRowsAreReadOnSeveralThreads() {
        var together = new CyclicBarrier(2);
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        try (var reading = new ParallelRowReading(2, 1)) {
            reading.readAll(2, _ -> {
                threads.add(Thread.currentThread());
                try {
                    // Passes only if both rows are read at the same time.
                    together.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(threads).hasSize(2);
    }

    @Test
    void fewRowsWakeNobody() {
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        try (var reading = new ParallelRowReading(4, 8)) {
            reading.readAll(15, _ -> threads.add(Thread.currentThread()));
        }
        assertThat(threads).containsExactly(Thread.currentThread());
    }
}
