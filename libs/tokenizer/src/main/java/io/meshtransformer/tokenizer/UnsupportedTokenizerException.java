package io.meshtransformer.tokenizer;

/** A model directory has a tokenizer of a kind that this library does not read; the message names the kind. */
public final class UnsupportedTokenizerException extends TokenizerException {
    private static final long serialVersionUID = 1L;

    UnsupportedTokenizerException(String message) {
        super(message, null);
    }
}
