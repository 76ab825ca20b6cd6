package io.meshtransformer.gptj.sampling;

import static java.util.Objects.checkFromToIndex;

/**
 * The tokens before the one that is chosen: prompt first, then what was generated. A view of an array that may be longer.
 *
 * @param ids the first {@code length} count
 * @param promptLength how many of them are the prompt
 */
public record TokenHistory(int[] ids, int promptLength, int length) {
    public TokenHistory {
        checkFromToIndex(promptLength, length, ids.length);
    }

    /** No tokens at all. */
    public static TokenHistory empty() {
        return new TokenHistory(new int[0], 0, 0);
    }
}
