package io.meshtransformer.tokenizer;

/** A text has half of a surrogate pair: it is no Unicode text, and no UTF-8 can carry it. */
public final class IllFormedTextException extends TokenizerException {
    private static final long serialVersionUID = 1L;

    private final int index;

    private IllFormedTextException(int index, char surrogate) {
        super("the text has a lone surrogate, U+%04X, at index %d".formatted((int) surrogate, index), null);
        this.index = index;
    }

    /** Where the half pair stands, in UTF-16 code units from the start of the text. */
    public int index() {
        return index;
    }

    /** @throws IllFormedTextException at the first surrogate without its other half */
    public static void check(String text) {
        for (var i = 0; i < text.length(); i++) {
            var unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (Character.isLowSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllFormedTextException(i, unit);
                }
                i++;
            }
        }
    }
}
