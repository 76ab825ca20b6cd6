package io.meshtransformer.tokenizer;

/** Two neighbouring tokens become one, in the {@link ByteAlphabet}; a merge earlier in the list goes first. */
record Merge(String left, String right) {
    String merged() {
        return left + right;
    }
}
