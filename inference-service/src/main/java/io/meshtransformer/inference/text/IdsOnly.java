package io.meshtransformer.inference.text;

import java.util.List;

/** A model without tokenizer: ids in, ids out, no text. */
public record IdsOnly(int knownIds) implements TokenTexts {

    private static final TextStream EMPTY = new TextStream() {
        @Override
        public String accept(int id) {
            return "";
        }

        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public String flush() {
            return "";
        }
    };

    @Override
    public String tokenText(int id) {
        return "token_id:" + id;
    }

    @Override
    public TextStream prompt() {
        return EMPTY;
    }

    @Override
    public TextStream generated(List<String> stops) {
        return EMPTY;
    }

    @Override
    public boolean available() {
        return false;
    }
}
