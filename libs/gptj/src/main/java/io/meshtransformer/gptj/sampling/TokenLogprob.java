package io.meshtransformer.gptj.sampling;

/** A token and the natural logarithm of its probability. */
public record TokenLogprob(int id, double logprob) {}
