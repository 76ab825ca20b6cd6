package io.meshtransformer.gptj.training;

/**
 * What one step takes.
 *
 * @param batch sequences of one micro-batch, over all replicas
 * @param accumulation micro-batches whose gradients make one step
 * @param sequence tokens of a sequence that the model sees; a window has one more, the last target
 */
public record TrainingShape(int batch, int accumulation, int sequence) {
    public TrainingShape {
        require("batch", batch);
        require("accumulation", accumulation);
        require("sequence", sequence);
    }

    private static void require(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": " + value + " must be at least 1");
        }
    }

    /** Windows of a step. */
    public int windows() {
        return Math.multiplyExact(batch, accumulation);
    }

    /** Ids of a window. */
    public int windowTokens() {
        return sequence + 1;
    }

    /** Tokens that a step learns to predict. */
    public long tokens() {
        return (long) windows() * sequence;
    }
}
