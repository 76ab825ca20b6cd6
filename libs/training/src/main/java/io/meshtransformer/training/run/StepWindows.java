package io.meshtransformer.training.run;

/** The windows of a run's steps, in its order. */
interface StepWindows {
    /**
     * Ids {@code [count, sequence + 1]} of the next windows.
     *
     * @param seen windows that the run has seen; they alone decide which are next
     */
    int[] next(long seen, int count);

    /** Windows of an epoch. */
    long perEpoch();
}
