package io.meshtransformer.local.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Interrupts a thread when the process is asked to end, and gives it a moment to leave nothing behind. */
final class CancelledByShutdown implements AutoCloseable {
    private static final int MOST_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private CancelledByShutdown(Thread worker) {
        this.hook = new Thread(() -> {
            worker.interrupt();
            try {
                done.await(MOST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    static CancelledByShutdown of(Thread worker) {
        var cancelled = new CancelledByShutdown(worker);
        Runtime.getRuntime().addShutdownHook(cancelled.hook);
        return cancelled;
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending: the hook runs, and has just been told that it may end.
        }
    }
}
