package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.gptj.sampling.TokenHistory;

/** Chooses the next tokens of one choice. */
@FunctionalInterface
public interface TokenChoice {

    /** The token after {@code history}; called on any thread, on one at a time. */
    int next(LogSoftmax row, TokenHistory history);

    /** Makes the chooser of each choice. */
    @FunctionalInterface
    interface Factory {

        /** @param choice from 0; equal requests draw equal tokens in it */
        TokenChoice create(Sampling sampling, int choice);
    }
}
