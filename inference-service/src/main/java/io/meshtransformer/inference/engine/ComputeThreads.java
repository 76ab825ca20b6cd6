package io.meshtransformer.inference.engine;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Threads that compute without pause. They stand back behind threads that wake for a moment to pass something on: where
 * all processors compute, a stream's first token would wait for one at each of its half dozen stations. What is left over
 * is theirs, so they lose nothing by it.
 *
 * <p>Linux gives every thread a niceness of its own, and to a new thread that of the one that starts it.
 */
public final class ComputeThreads {
    private static final Logger LOG = System.getLogger(ComputeThreads.class.getName());
    private static final int NICENESS = 5;

    /** Of {@code setpriority}: one process, which on Linux is one thread; 0 is the caller's. */
    private static final int PRIO_PROCESS = 0;

    private ComputeThreads() {}

    /** Makes the calling thread one of them, and those that it starts from now on. Elsewhere than on Linux nothing happens. */
    public static void enter() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        var setpriority = NativeLibrary.getProcess().getFunction("setpriority");
        if (setpriority.invokeInt(new Object[] {PRIO_PROCESS, 0, NICENESS}) != 0) {
            LOG.log(
                    Level.WARNING,
                    "the niceness of thread {0} stays as it is",
                    Thread.currentThread().getName());
        }
    }

    /** What makes an engine and, with that, threads of the engine. */
    @FunctionalInterface
    interface Making<T> {
        T make() throws IOException;
    }

    /** Runs on a thread that is one of them, so that the threads it leaves are, and waits for its end. */
    static <T> T call(Making<T> making) throws IOException {
        var task = new FutureTask<T>(() -> {
            enter();
            return making.make();
        });
        Thread.ofPlatform().name("engine-loader").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while an engine was made", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case Throwable other ->
                    throw new IllegalStateException("an engine's making threw a checked exception", other);
            }
        }
    }
}
