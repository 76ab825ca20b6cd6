package io.meshtransformer.testkit.golden;

/**
 * A prompt and what follows it when the likeliest token is always taken.
 *
 * @param smallestMargin smallest distance met between the two largest logits; fp32 noise is about 1e-5
 */
public record GoldenGreedy(int[] promptIds, int[] continuationIds, double smallestMargin) {}
