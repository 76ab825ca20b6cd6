package io.meshtransformer.training.data.prepare;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.training.data.WindowSetWriter;
import io.meshtransformer.training.data.document.ReadingOptions;

/**
 * How documents become windows.
 *
 * @param sequence tokens of a sequence; a window has one more
 * @param seed of the order of documents and of the choice of those held out
 * @param preserveOrder whether documents stay in the sources' order
 * @param reading what counts as a document
 * @param threads that tokenise
 * @param fileBytes most bytes of windows in a file
 */
public record PreparationOptions(
        int sequence,
        long seed,
        boolean preserveOrder,
        HeldOut heldOut,
        ReadingOptions reading,
        int threads,
        long fileBytes) {
    /** mesh-transformer-jax's. */
    public static final long SEED = 10;

    /** Far above any model's context; a window is held in memory. */
    private static final int MOST_SEQUENCE = 1 << 24;

    public PreparationOptions {
        requireNonNull(heldOut, "heldOut is null");
        requireNonNull(reading, "reading is null");
        if (sequence < 1 || sequence > MOST_SEQUENCE) {
            throw new IllegalArgumentException(
                    "sequence: %d must be from 1 to %,d tokens".formatted(sequence, MOST_SEQUENCE));
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " must be at least 1");
        }
    }

    /** Shuffled as mesh-transformer-jax does, nothing held out, every core at work. */
    public static PreparationOptions of(int sequence) {
        return new PreparationOptions(
                sequence,
                SEED,
                false,
                HeldOut.NONE,
                ReadingOptions.DEFAULT,
                Runtime.getRuntime().availableProcessors(),
                WindowSetWriter.FILE_BYTES);
    }
}
