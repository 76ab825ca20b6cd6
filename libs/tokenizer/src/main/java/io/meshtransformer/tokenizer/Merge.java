package io.meshtransformer.tokenizer;

import java.util.function.Supplier;

/** Two neighbouring tokens become one, in the {@link ByteAlphabet}; a merge earlier in the list goes first. */
record Merge(String left, String right) {
    /**
     * @param tokens as a file has them
     * @param otherwise what is thrown where they are not two
     */
    static Merge of(String[] tokens, Supplier<MalformedTokenizerException> otherwise) {
        if (tokens.length != 2) {
            throw otherwise.get();
        }
        return new Merge(tokens[0], tokens[1]);
    }

    String merged() {
        return left + right;
    }
}
