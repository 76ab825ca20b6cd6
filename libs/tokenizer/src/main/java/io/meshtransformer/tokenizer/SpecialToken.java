package io.meshtransformer.tokenizer;

import static java.util.Objects.requireNonNull;

/** A token with a role in every text, such as the one that ends it. */
public record SpecialToken(int id, String text) {
    public SpecialToken {
        requireNonNull(text, "text is null");
    }
}
