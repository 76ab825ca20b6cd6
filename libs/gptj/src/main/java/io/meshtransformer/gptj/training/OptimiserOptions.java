package io.meshtransformer.gptj.training;

/**
 * How a step moves the weights, as in mesh-transformer-jax ({@code device_train.py}, {@code build_model.py}): the mean
 * gradient of the step, clipped by its global norm, through Adam, plus decay of matrices, times the learning rate.
 *
 * @param clipNorm most Euclidean norm of all gradients together; infinite for no clipping
 * @param beta1 decay of Adam's first moment
 * @param beta2 decay of Adam's second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay times the weight, added to the direction of matrices alone
 * @param zLoss times the mean squared logarithm of the softmax's denominator, behind the subtraction of the largest logit
 * @param biasCopies how often the biases of the embedding and of the feed-forward's output exist. 1 is clean. In
 *     mesh-transformer-jax every shard has a copy of its own, and the model sees their sum: so with 8 shards these
 *     biases move 8 times as fast and count 8 times in the global norm. The embedding has a bias only where this is
 *     more than 1, for the Hugging Face layout knows none
 */
public record OptimiserOptions(
        double clipNorm, double beta1, double beta2, double epsilon, double weightDecay, double zLoss, int biasCopies) {
    /** As GPT-J-6B was trained, but with each bias once. */
    public static final OptimiserOptions DEFAULT = new OptimiserOptions(1, 0.9, 0.999, 1e-8, 0.1, 1e-4, 1);

    public OptimiserOptions {
        require("clip norm", clipNorm, clipNorm > 0, "must be above 0");
        require("beta1", beta1, beta1 >= 0 && beta1 < 1, "must be at least 0 and below 1");
        require("beta2", beta2, beta2 >= 0 && beta2 < 1, "must be at least 0 and below 1");
        require("epsilon", epsilon, epsilon > 0, "must be above 0");
        require("weight decay", weightDecay, weightDecay >= 0, "must be at least 0");
        require("z-loss", zLoss, zLoss >= 0, "must be at least 0");
        require("bias copies", biasCopies, biasCopies >= 1, "must be at least 1");
    }

    private static void require(String what, double value, boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(what + ": " + value + " " + rule);
        }
    }

    /** The same with every shard's bias a weight of its own, as in mesh-transformer-jax. */
    public OptimiserOptions withBiasCopies(int copies) {
        return new OptimiserOptions(clipNorm, beta1, beta2, epsilon, weightDecay, zLoss, copies);
    }
}
