package io.meshtransformer.training.run;

import io.meshtransformer.gptj.training.TrainingState;
import java.util.OptionalDouble;

/** Where checkpoints go. Commits are made in the background, one at a time. */
interface Commits extends AutoCloseable {
    /**
     * Hands over a state, and waits only where the one before is not committed yet. How it went is said to the run's
     * listener.
     *
     * @param snapshot is closed when it is committed, or has failed
     */
    void commit(TrainingState snapshot, Progress progress, OptionalDouble validationLoss);

    /** Step of the last commit, 0 if there is none. */
    long lastStep();

    /** Waits for the commit that is on its way. */
    @Override
    void close();
}
