package io.meshtransformer.vector;

import java.util.List;

/** The weights of a model. */
record Weights(Embedding embedding, List<Block> blocks, Norm finalNorm, Projection head) {}
