package io.meshtransformer.evaluation.protocol;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.tokenizer.Tokenizer;

/**
 * What a model can read.
 *
 * @param contextLength most tokens
 * @param prefixId the id that stands for an empty context: end-of-text
 */
public record ReadingModel(Tokenizer tokenizer, int contextLength, int prefixId) {
    public ReadingModel {
        requireNonNull(tokenizer, "tokenizer is null");
    }
}
