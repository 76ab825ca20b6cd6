package io.meshtransformer.local.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is done when somebody interrupts the process: work that runs on is asked to end, its end is waited for, and then
 * what it needed is put away.
 */
final class Interruption implements AutoCloseable {
    /** A large checkpoint is written in this time, on a slow disk. */
    private static final long MOST_MINUTES = 10;

    /** Asks the work to end. */
    @FunctionalInterface
    interface Request {
        void send() throws InterruptedException;
    }

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Request request, Runnable afterwards) {
        this.hook = new Thread(
                () -> {
                    try {
                        request.send();
                        ended.await(MOST_MINUTES, TimeUnit.MINUTES);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } finally {
                        afterwards.run();
                    }
                },
                "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on until it is closed, by the work's end. */
    static Interruption of(Request request, Runnable afterwards) {
        return new Interruption(request, afterwards);
    }

    /** While there is no work yet. */
    static Interruption before(Runnable afterwards) {
        var interruption = new Interruption(() -> {}, afterwards);
        interruption.ended.countDown();
        return interruption;
    }

    /** Somebody else takes care from now on. */
    void forget() {
        close();
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends: the hook runs, and has just been told that it may go on.
        }
    }
}
