package io.meshtransformer.tokenizer;

/**
 * UTF-8 that arrives in pieces. Ill-formed bytes become U+FFFD, one per maximal subpart (Unicode 3.9, as WHATWG and
 * Python have it), as soon as it is clear that no later byte can complete them. Not {@code CharsetDecoder}, which
 * takes the three bytes of an encoded surrogate for one subpart.
 */
final class Utf8Decoder {
    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    private int missing;
    /** Range of the next continuation byte. */
    private int lowest = 0x80;

    private int highest = 0xBF;

    void decode(byte[] bytes, StringBuilder out) {
        for (var value : bytes) {
            accept(value & 0xFF, out);
        }
    }

    /** The stream ended: what is incomplete never will be complete. */
    void finish(StringBuilder out) {
        if (missing > 0) {
            reset();
            out.append(REPLACEMENT);
        }
    }

    private void accept(int value, StringBuilder out) {
        if (missing == 0) {
            begin(value, out);
        } else if (value < lowest || value > highest) {
            reset();
            out.append(REPLACEMENT);
            begin(value, out);
        } else {
            lowest = 0x80;
            highest = 0xBF;
            codePoint = codePoint << 6 | value & 0x3F;
            if (--missing == 0) {
                out.appendCodePoint(codePoint);
            }
        }
    }

    private void begin(int value, StringBuilder out) {
        if (value < 0x80) {
            out.append((char) value);
        } else if (value >= 0xC2 && value <= 0xDF) {
            expect(1, value & 0x1F);
        } else if (value >= 0xE0 && value <= 0xEF) {
            expect(2, value & 0x0F);
            lowest = value == 0xE0 ? 0xA0 : 0x80; // no overlong forms
            highest = value == 0xED ? 0x9F : 0xBF; // no surrogates
        } else if (value >= 0xF0 && value <= 0xF4) {
            expect(3, value & 0x07);
            lowest = value == 0xF0 ? 0x90 : 0x80; // no overlong forms
            highest = value == 0xF4 ? 0x8F : 0xBF; // nothing beyond U+10FFFF
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void expect(int continuationBytes, int firstBits) {
        missing = continuationBytes;
        codePoint = firstBits;
    }

    private void reset() {
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }
}
