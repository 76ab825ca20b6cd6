package io.meshtransformer.gptj.training;

import io.meshtransformer.gptj.GptjConfig;

/**
 * Trains GPT-J: holds weights and moments, and moves them. The narrow seam between the training loop and arithmetic, as
 * {@link io.meshtransformer.gptj.engine.InferenceEngine} is for serving.
 *
 * <p>Not thread-safe: one thread drives an engine. A {@link TrainingState} that it gave may be read by others.
 */
public interface TrainingEngine extends AutoCloseable {
    GptjConfig config();

    TrainingShape shape();

    /** Steps taken, or on their way. */
    long step();

    /**
     * Starts the next step and does not wait for it. One more may be started before the result of this is taken, so that
     * devices don't wait for the host.
     *
     * @param windows ids {@code [accumulation, batch, sequence + 1]}
     * @throws IllegalArgumentException if there are more or fewer ids, or one is outside the vocabulary
     */
    PendingStep start(int[] windows, double learningRate);

    /** A step on its way. */
    interface PendingStep {
        /** Waits. Whatever went wrong on the devices is thrown here. */
        StepResult await();
    }

    /**
     * Losses of windows with the weights as they are after all steps started so far.
     *
     * @param windows ids {@code [n, sequence + 1]}, any number of windows
     * @return cross-entropy in nats, no z-loss: the sum over the window's tokens, one for each window
     */
    double[] evaluate(int[] windows);

    /**
     * The state after all steps started so far. It is copied from the devices while further steps go on; reading waits
     * for what is not there yet. Host memory is held for it until it is closed.
     */
    TrainingState snapshot();

    @Override
    void close();
}
