package io.meshtransformer.gptj.training;

/**
 * One tensor of what a training run is: a weight, or what the optimiser remembers of it.
 *
 * @param name of the weight, as in {@link io.meshtransformer.gptj.GptjTensors}, or {@link #EMBEDDING_BIAS}, or an
 *     adapter's
 */
public record StateTensor(Kind kind, String name) {
    /** What only mesh-transformer-jax's layout has: {@code [width]}, added to every row of the embedding. */
    public static final String EMBEDDING_BIAS = "transformer.wte.bias";

    /** The roles a tensor can have for one weight; all are fp32 and have the weight's shape. */
    public enum Kind {
        /** The master weight. */
        PARAMETER,
        /** Adam's running mean of the gradients. */
        FIRST_MOMENT,
        /** Adam's running mean of the squared gradients. */
        SECOND_MOMENT
    }
}
