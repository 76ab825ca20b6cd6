package io.meshtransformer.training.run;

import io.meshtransformer.gptj.training.TrainingState;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Where checkpoints go. They are made in the background, one at a time; how it went is said to the run's listener. */
interface Commits extends AutoCloseable {
    /**
     * Begins a commit, and does not wait.
     *
     * @param snapshot is taken if it begins
     * @return false while another is on its way: to be offered again
     */
    boolean offer(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss);

    /** Begins a commit behind the one that is on its way: for the last of a run. */
    void put(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss);

    /** Step of the last commit that was made, or that the run goes on from. */
    long lastStep();

    /** Waits for the commit that is on its way. */
    @Override
    void close();
}
