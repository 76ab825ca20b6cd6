package io.meshtransformer.tokenizer.service.prompt;

/**
 * Where a context ends and its continuation begins, as lm-evaluation-harness has it ({@code _encode_pair}): white space at
 * the context's end belongs to the continuation, both are encoded together, and the continuation is what comes after as
 * many ids as the context alone has.
 *
 * @param context without the white space at its end
 * @param space that white space, to stand before each continuation
 */
record PairEncoding(String context, String space) {
    static PairEncoding of(String text) {
        var end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return new PairEncoding(text.substring(0, end), text.substring(end));
    }

    /** What Python's {@code rstrip} takes away. */
    private static boolean isSpace(char character) {
        return character >= 0x09 && character <= 0x0D
                || character >= 0x1C && character <= 0x20
                || character == 0x85
                || Character.isSpaceChar(character);
    }
}
