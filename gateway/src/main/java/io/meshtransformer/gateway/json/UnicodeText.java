package io.meshtransformer.gateway.json;

/** What the UTF-16 inside a JSON text can get wrong. */
final class UnicodeText {
    private UnicodeText() {}

    /** The place of the first half of a surrogate pair that stands alone, or -1. */
    static int firstLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                return i;
            }
            i++;
        }
        return -1;
    }
}
