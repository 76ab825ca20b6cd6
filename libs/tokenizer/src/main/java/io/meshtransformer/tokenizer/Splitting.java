package io.meshtransformer.tokenizer;

import java.util.regex.Pattern;

/**
 * How a text is cut into pieces that merges never cross.
 *
 * @param prefixSpace whether a text that does not begin with a space gets one
 * @param intoWords whether GPT-2's expression cuts it; otherwise it stays whole
 */
record Splitting(boolean prefixSpace, boolean intoWords) {
    /**
     * GPT-2's expression (OpenAI's {@code encoder.py}): English contractions, then runs of letters, of numbers or of
     * other characters, each with the space before it; white space keeps its last character for the next word.
     */
    private static final Pattern WORDS = Pattern.compile(
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern WHOLE = Pattern.compile(".+", Pattern.DOTALL);

    /** Matches every character of every text. */
    Pattern pattern() {
        return intoWords ? WORDS : WHOLE;
    }

    String prepare(String text) {
        return prefixSpace && !text.startsWith(" ") ? " " + text : text;
    }
}
