package io.meshtransformer.inference.scheduler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Reads rows on several threads, which park between steps. */
public final class ParallelRowReading implements RowReading, AutoCloseable {

    private final int threads;
    private final int rowsPerThread;
    private final ExecutorService helpers;

    /**
     * @param threads that read, the calling one among them
     * @param rowsPerThread so many rows are worth the waking of a thread
     */
    public ParallelRowReading(int threads, int rowsPerThread) {
        this.threads = threads;
        this.rowsPerThread = rowsPerThread;
        helpers = Executors.newFixedThreadPool(
                Math.max(1, threads - 1),
                Thread.ofPlatform().name("logits-", 1).daemon().factory());
    }

    @Override
    public void readAll(int rows, IntConsumer read) {
        var helping = Math.min(threads, rows / rowsPerThread) - 1;
        if (helping < 1) {
            SEQUENTIAL.readAll(rows, read);
            return;
        }
        var next = new AtomicInteger();
        var finished = new CountDownLatch(helping);
        for (int i = 0; i < helping; i++) {
            helpers.execute(() -> {
                try {
                    readRest(next, rows, read);
                } finally {
                    finished.countDown();
                }
            });
        }
        readRest(next, rows, read);
        awaitAll(finished);
    }

    private static void readRest(AtomicInteger next, int rows, IntConsumer read) {
        for (int row = next.getAndIncrement(); row < rows; row = next.getAndIncrement()) {
            read.accept(row);
        }
    }

    /** Not interruptible: the rows belong to the engine and may not be read during its next step. */
    private static void awaitAll(CountDownLatch finished) {
        var interrupted = false;
        while (true) {
            try {
                finished.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        helpers.close();
    }
}
