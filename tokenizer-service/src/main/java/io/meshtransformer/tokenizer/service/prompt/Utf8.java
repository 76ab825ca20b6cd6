package io.meshtransformer.tokenizer.service.prompt;

/** Sizes of texts. */
final class Utf8 {
    private Utf8() {}

    /** Bytes of a text in UTF-8; a lone surrogate counts as three. */
    static long length(String text) {
        var bytes = 0L;
        for (var i = 0; i < text.length(); i++) {
            var unit = text.charAt(i);
            if (unit < 0x80) {
                bytes += 1;
            } else if (unit < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }
}
