package io.meshtransformer.inference.scheduler;

/**
 * Takes what it needs from the logit rows of a chunk. Rows are read on several threads at once, so a reader writes to
 * places of its own row only; what it read is used afterwards, in {@link Task#advance}.
 */
@FunctionalInterface
public interface RowReader {

    /**
     * @param row from 0 within the chunk's logit rows
     * @param logits holds the row's logits, {@code vocabularySize} of them, from {@code offset} on; not to be changed
     */
    void read(int row, float[] logits, int offset);
}
