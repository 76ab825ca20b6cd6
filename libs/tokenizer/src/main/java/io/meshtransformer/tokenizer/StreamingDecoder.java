package io.meshtransformer.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * Text out of a stream of ids, never half a character: bytes that begin one wait for the token that ends it. All texts
 * joined, the flushed one included, are what {@link Tokenizer#decode} makes of all ids. One stream each, not thread-safe.
 */
public final class StreamingDecoder {
    private final Tokenizer tokenizer;
    private final Utf8Decoder decoder = new Utf8Decoder();

    public StreamingDecoder(Tokenizer tokenizer) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
    }

    /** The text that this token completes; often empty, as for an id outside the vocabulary. */
    public String accept(int id) {
        var text = new StringBuilder();
        decoder.decode(tokenizer.bytesOf(id), text);
        return text.toString();
    }

    /** What is left at the end of the stream: U+FFFD for a character cut off, otherwise nothing. */
    public String flush() {
        var text = new StringBuilder();
        decoder.finish(text);
        return text.toString();
    }
}
