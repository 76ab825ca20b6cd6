package io.meshtransformer.inference.scheduler;

import java.util.function.IntConsumer;

/** Runs the reading of a step's logit rows. */
@FunctionalInterface
public interface RowReading {

    /** One row after the other, on the calling thread. */
    RowReading SEQUENTIAL = (rows, read) -> {
        for (int row = 0; row < rows; row++) {
            read.accept(row);
        }
    };

    /**
     * Calls {@code read} once for each row, in any order and on any thread, and returns when all are read.
     *
     * @param read never throws
     */
    void readAll(int rows, IntConsumer read);
}
