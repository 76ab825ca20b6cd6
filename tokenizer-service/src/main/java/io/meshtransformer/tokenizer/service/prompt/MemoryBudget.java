package io.meshtransformer.tokenizer.service.prompt;

import java.util.concurrent.Semaphore;

/** Memory that work in parallel may take together; whoever finds too little left waits for the others, in order. */
public final class MemoryBudget {
    private static final int UNIT = 1024;

    private final int units;
    private final Semaphore free;

    /** @param bytes for all together, and so for the largest alone */
    public MemoryBudget(long bytes) {
        this.units = Math.toIntExact(Math.ceilDiv(bytes, UNIT));
        this.free = new Semaphore(units, true);
    }

    /** Waits for its share; one that is larger than everything gets everything. */
    public Share take(long bytes) {
        var wanted = (int) Math.min(units, Math.ceilDiv(bytes, UNIT));
        free.acquireUninterruptibly(wanted);
        return () -> free.release(wanted);
    }

    /** What was taken, until it is closed. */
    @FunctionalInterface
    public interface Share extends AutoCloseable {
        @Override
        void close();
    }
}
