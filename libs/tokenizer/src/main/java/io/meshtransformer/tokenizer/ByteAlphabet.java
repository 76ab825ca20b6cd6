package io.meshtransformer.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's spelling of bytes as visible characters: printable Latin-1 bytes stand for themselves, the other 68 for
 * U+0100 onward, in order. Vocabularies and merges are written in it.
 */
final class ByteAlphabet {
    private static final char[] CHARACTER_OF_BYTE = new char[256];
    private static final short[] BYTE_OF_CHARACTER = new short[256 + 68];

    static {
        Arrays.fill(BYTE_OF_CHARACTER, (short) -1);
        var next = 256;
        for (var value = 0; value < 256; value++) {
            var printable = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            CHARACTER_OF_BYTE[value] = (char) (printable ? value : next++);
            BYTE_OF_CHARACTER[CHARACTER_OF_BYTE[value]] = (short) value;
        }
    }

    private ByteAlphabet() {}

    /** @param value 0 to 255 */
    static String spell(int value) {
        return String.valueOf(CHARACTER_OF_BYTE[value]);
    }

    /** The bytes that a text in this alphabet stands for, or null if a character is not of the alphabet. */
    static byte[] bytes(String spelling) {
        var bytes = new byte[spelling.length()];
        for (var i = 0; i < bytes.length; i++) {
            var character = spelling.charAt(i);
            if (character >= BYTE_OF_CHARACTER.length || BYTE_OF_CHARACTER[character] < 0) {
                return null;
            }
            bytes[i] = (byte) BYTE_OF_CHARACTER[character];
        }
        return bytes;
    }
}
