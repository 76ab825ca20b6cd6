package io.meshtransformer.tokenizer.service.prompt;

/**
 * What one request may cost here.
 *
 * @param textBytes most bytes of a text, in UTF-8
 * @param stretchBytes most bytes that are merged as one, since merging takes over a hundred times as much memory
 * @param scoredBytes most bytes that a score request's context and continuations, paired, may have together
 */
public record TextLimits(long textBytes, long stretchBytes, long scoredBytes) {
    /** Below this length a text is not looked at for long stretches. */
    static final long SHORT = 16 * 1024;

    public TextLimits {
        require(textBytes, "textBytes");
        require(stretchBytes, "stretchBytes");
        require(scoredBytes, "scoredBytes");
    }

    private static void require(long value, String name) {
        if (value < SHORT) {
            throw new IllegalArgumentException("%s is %d, it must be at least %d".formatted(name, value, SHORT));
        }
    }
}
