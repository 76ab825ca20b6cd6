package io.meshtransformer.tokenizer;

/** A tokenizer's files contradict themselves or cannot be read; the message names the file and the place. */
public final class MalformedTokenizerException extends TokenizerException {
    private static final long serialVersionUID = 1L;

    MalformedTokenizerException(String message) {
        super(message, null);
    }

    MalformedTokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
