package io.meshtransformer.training.checkpoint;

import java.time.Duration;

/** Hears from {@link BackgroundCommitter}, on its thread, how commits end. */
public interface CommitListener {
    /** @param took from the offer to the end of the commit */
    void committed(CommittedCheckpoint checkpoint, Duration took);

    /** The run goes on with its last commit, and tries again at its next checkpoint. */
    void failed(long step, Throwable reason);
}
