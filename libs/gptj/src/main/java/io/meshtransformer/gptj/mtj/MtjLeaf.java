package io.meshtransformer.gptj.mtj;

import io.meshtransformer.gptj.training.StateTensor;

/** One array of each shard. Its path in the saved tree is nowhere in the files; it stands here for order and errors. */
sealed interface MtjLeaf {
    String path();

    /** A number of the run, equal in all shards: int32. */
    record Counter(String path) implements MtjLeaf {}

    /** A shard's piece of a weight, or of what Adam remembers of it. */
    record Weight(String path, StateTensor tensor, Split split) implements MtjLeaf {}
}
