package io.meshtransformer.tokenizer;

/** What can go wrong in this library; the message is a sentence that a user can act on. */
public abstract sealed class TokenizerException extends RuntimeException
        permits IllFormedTextException, MalformedTokenizerException, UnsupportedTokenizerException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
