package io.meshtransformer.local.convert;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C or a termination: the work hears of it, and the process waits until it has cleared away what was half done. */
final class Interruption implements AutoCloseable {
    private static final int CLEARING_SECONDS = 20;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "interruption");
    private volatile boolean interrupted;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interrupt() {
        interrupted = true;
        try {
            if (!done.await(CLEARING_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("mtj: what was half done could not be cleared away in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws CancellationException if the process is ending */
    void check() {
        if (interrupted) {
            throw new CancellationException("interrupted");
        }
    }

    @Override
    public void close() {
        done.countDown();
        if (!interrupted) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // The process ends at this very moment; the hook has nothing to wait for.
                interrupted = true;
            }
        }
    }
}
