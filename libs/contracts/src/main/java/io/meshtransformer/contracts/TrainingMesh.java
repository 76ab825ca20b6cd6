package io.meshtransformer.contracts;

/**
 * How a run's devices are arranged.
 *
 * @param dp replicas, each with sequences of its own
 * @param mp devices over which each replica's weights are cut
 */
public record TrainingMesh(int dp, int mp) {}
