package io.meshtransformer.vector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the work of a step. Work is cut into many more items than threads, and whoever is free takes the next;
 * so a thread that the machine holds up costs its share and no more. A thread without work waits a few microseconds, as
 * the next phase of a step often comes at once, then parks.
 *
 * <p>The thread that calls {@link #run} works too, as worker 0. One thread at a time may call it.
 */
final class Workers implements AutoCloseable {
    /** Longer than the serial parts between two phases of a step, shorter than anyone would notice. */
    private static final long SPIN_NANOS = 20_000;

    /** Multiply-adds that one thread does about as fast as it would find helpers: some 10 microseconds. */
    static final long SERIAL_WORK = 1 << 19;

    /** Portions of a thread's fair share in which items are taken. */
    private static final int PORTIONS = 16;

    private final long serialWork;
    private final Helper[] helpers;
    private volatile Job current;
    private volatile boolean closed;

    /**
     * @param threads that compute, the caller's among them
     * @param serialWork multiply-adds below which the caller works alone
     */
    Workers(int threads, long serialWork) {
        this.serialWork = serialWork;
        helpers = new Helper[threads - 1];
        for (var i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (var helper : helpers) {
            helper.thread.start();
        }
    }

    int threads() {
        return helpers.length + 1;
    }

    /** One item of the work, done by one thread; what it writes, no other item reads or writes. */
    @FunctionalInterface
    interface Body {
        void run(int worker, int item);
    }

    /**
     * Does all items and returns when they are done.
     *
     * @param work roughly the multiply-adds of all items, to decide how many threads are worth waking
     */
    void run(int items, long work, Body body) {
        if (helpers.length == 0 || items <= 1 || work < serialWork) {
            for (var item = 0; item < items; item++) {
                body.run(0, item);
            }
            return;
        }
        var portion = Math.max(1, items / (threads() * PORTIONS));
        var job = new Job(body, items, portion, Thread.currentThread());
        current = job;
        var wanted = Math.min(helpers.length, (items + portion - 1) / portion - 1);
        for (var i = 0; i < wanted; i++) {
            helpers[i].wake();
        }
        job.take(0);
        job.await();
    }

    @Override
    public void close() {
        closed = true;
        var interrupted = false;
        for (var helper : helpers) {
            LockSupport.unpark(helper.thread);
            while (helper.thread.isAlive()) {
                try {
                    helper.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Helper {
        private final int worker;
        private final Thread thread;
        private volatile boolean parked;

        Helper(int worker) {
            this.worker = worker;
            this.thread =
                    Thread.ofPlatform().name("vector-engine-" + worker).daemon().unstarted(this::help);
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(thread);
            }
        }

        private void help() {
            Job done = null;
            while (!closed) {
                var job = current;
                if (job == done) {
                    idle(done);
                } else {
                    job.take(worker);
                    done = job;
                }
            }
        }

        private void idle(Job done) {
            var begin = System.nanoTime();
            while (current == done && !closed) {
                if (System.nanoTime() - begin < SPIN_NANOS) {
                    Thread.onSpinWait();
                    continue;
                }
                parked = true;
                if (current == done && !closed) {
                    LockSupport.park(this);
                }
                parked = false;
            }
        }
    }

    private static final class Job {
        private final Body body;
        private final int items;
        private final int portion;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();
        private volatile boolean callerParked;
        private volatile Throwable failure;

        Job(Body body, int items, int portion, Thread caller) {
            this.body = body;
            this.items = items;
            this.portion = portion;
            this.caller = caller;
        }

        /** Takes portions until none is left. */
        void take(int worker) {
            while (next.get() < items) {
                var begin = next.getAndAdd(portion);
                if (begin >= items) {
                    return;
                }
                var end = Math.min(items, begin + portion);
                try {
                    for (var item = begin; item < end; item++) {
                        body.run(worker, item);
                    }
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    if (finished.addAndGet(end - begin) == items && callerParked) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        /** @throws RuntimeException or Error, whichever an item threw */
        void await() {
            var begin = System.nanoTime();
            var interrupted = false;
            while (finished.get() < items) {
                if (System.nanoTime() - begin < SPIN_NANOS) {
                    Thread.onSpinWait();
                    continue;
                }
                callerParked = true;
                if (finished.get() < items) {
                    LockSupport.park(this);
                    // An interrupted thread would not park again.
                    interrupted |= Thread.interrupted();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException("an item of work threw a checked exception", e);
            }
        }
    }
}
