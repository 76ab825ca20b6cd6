package io.meshtransformer.gptj.training;

/**
 * What a step says of itself: means over all its tokens, before the weights move.
 *
 * @param step its number, from 1
 * @param learningRate that it was taken with
 * @param loss what was differentiated, nats per token: cross-entropy and z-loss
 * @param crossEntropy nats per token
 * @param zLoss already times its factor
 * @param lastLoss the loss of the last token of each sequence, z-loss included as in mesh-transformer-jax
 * @param correctFraction of the tokens that are the likeliest, ties included
 * @param gradientNorm Euclidean norm of the step's mean gradient, before it is clipped
 * @param microGradientNorm mean over micro-batches of the norm of a micro-batch's gradient
 */
public record StepResult(
        long step,
        double learningRate,
        double loss,
        double crossEntropy,
        double zLoss,
        double lastLoss,
        double correctFraction,
        double gradientNorm,
        double microGradientNorm) {}
