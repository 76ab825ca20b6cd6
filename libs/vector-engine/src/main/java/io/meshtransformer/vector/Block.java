package io.meshtransformer.vector;

/** The weights of one block. */
record Block(
        Norm norm,
        Projection query,
        Projection key,
        Projection value,
        Projection attentionOut,
        Projection feedForwardIn,
        Projection feedForwardOut) {}
