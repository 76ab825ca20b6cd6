package io.meshtransformer.tokenizer.service;

import io.meshtransformer.tokenizer.service.prompt.MemoryBudget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tasks on virtual threads: so many at once, and so many bytes of records in their hands. */
class Workers {
    private final Semaphore free;
    private final MemoryBudget records;
    /** The tasks that run, and one party for this object until it drains. */
    private final Phaser running = new Phaser(1);

    private final CountDownLatch stopping = new CountDownLatch(1);

    Workers(int workers, long recordBytes) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers is %d, it must be at least 1".formatted(workers));
        }
        this.free = new Semaphore(workers, true);
        this.records = new MemoryBudget(recordBytes);
    }

    /**
     * Waits, on a thread of its own, until a worker is free, then runs the task; never after {@link #drain}.
     *
     * @param bytes of the task's record
     * @return done when the task begins, or never will
     */
    CompletionStage<Void> begin(int bytes, Runnable task) {
        var begun = new CompletableFuture<Void>();
        Thread.ofVirtual().name("prompt-worker").start(() -> {
            free.acquireUninterruptibly();
            try (var _ = records.take(bytes)) {
                if (register()) {
                    run(task, begun);
                }
            } finally {
                free.release();
                begun.complete(null);
            }
        });
        return begun;
    }

    private void run(Runnable task, CompletableFuture<Void> begun) {
        try {
            begun.complete(null);
            task.run();
        } finally {
            running.arriveAndDeregister();
        }
    }

    /** Together with {@link #drain}: whoever registers is waited for, whoever comes later doesn't begin. */
    private synchronized boolean register() {
        if (stopping()) {
            return false;
        }
        running.register();
        return true;
    }

    boolean stopping() {
        return stopping.getCount() == 0;
    }

    /** Tasks that run now. */
    int running() {
        return Math.max(0, running.getRegisteredParties() - 1);
    }

    /** Waits, unless tasks are to end; whether the task may go on. */
    boolean pause(Duration time) {
        try {
            return !stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Begins no task any more and waits for those that run; whether all ended in time. */
    boolean drain(Duration patience) {
        synchronized (this) {
            if (stopping()) {
                return true;
            }
            stopping.countDown();
        }
        var phase = running.arriveAndDeregister();
        try {
            running.awaitAdvanceInterruptibly(phase, patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
