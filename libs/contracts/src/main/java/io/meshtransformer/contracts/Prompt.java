package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a model reads: a text or its token ids, exactly one of the two.
 *
 * @param text well-formed Unicode (no lone surrogates), or null
 * @param ids token ids, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prompt(String text, TokenIds ids) {
    public Prompt {
        Required.that((text == null) != (ids == null), "a prompt holds either text or ids");
    }

    public static Prompt ofText(String text) {
        return new Prompt(text, null);
    }

    public static Prompt ofIds(int... ids) {
        return new Prompt(null, TokenIds.of(ids));
    }
}
