package io.meshtransformer.gptj.mtj;

/** How a weight is spread over the shards of a mesh-transformer-jax checkpoint ({@code layers.py}). */
enum Split {
    /** Rows of the vocabulary, as Hugging Face has them: {@code [vocabulary / shards, width]}. */
    VOCABULARY,
    /** Outputs of a matrix, which lies the other way round than Hugging Face's: {@code [in, out / shards]}. */
    OUTPUTS,
    /** Inputs of a matrix, which lies the other way round than Hugging Face's: {@code [in / shards, out]}. */
    INPUTS,
    /** A vector, cut. */
    PARTS,
    /** Every shard has a vector of the whole length, and the model sees their sum. */
    SUMMED,
    /** Every shard has a vector of the whole length, and the model sees that of shard 0 alone. */
    FIRST
}
