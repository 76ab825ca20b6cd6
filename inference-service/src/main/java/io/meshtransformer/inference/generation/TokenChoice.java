package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.Sampling;

/** Chooses the next tokens of one choice. */
@FunctionalInterface
public interface TokenChoice {

    /**
     * @param logits holds the row from {@code offset} on; not to be changed
     * @param position of the token within the choice, from 0; every position is asked for once, in order
     */
    int next(float[] logits, int offset, int position);

    /** Makes the chooser of each choice. */
    @FunctionalInterface
    interface Factory {

        /** @param choice from 0; equal requests draw the same tokens in it */
        TokenChoice create(Sampling sampling, int[] prompt, int choice);
    }
}
