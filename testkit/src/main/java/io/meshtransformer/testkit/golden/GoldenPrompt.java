package io.meshtransformer.testkit.golden;

/**
 * A prompt and the logits that the reference computed for it.
 *
 * @param logitRows positions in {@code ids} whose logits are stored, ascending
 * @param logits {@code [logitRows.length, vocabularySize]}
 * @param argmax likeliest next token after every position
 * @param logsumexp of the logits at every position; empty for models that store all logits
 * @param nextTokenLogprobs log-probability of the following id at every position but the last; empty for models that store all logits
 */
public record GoldenPrompt(
        int[] ids, int[] logitRows, float[] logits, int[] argmax, double[] logsumexp, double[] nextTokenLogprobs) {}
