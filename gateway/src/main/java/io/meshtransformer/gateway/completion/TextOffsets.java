package io.meshtransformer.gateway.completion;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Where each token's text begins in the text of its choice, in code points.
 *
 * <p>The text itself cannot tell: it comes later than its tokens where it may still become a stop text. So the tokens'
 * own bytes are decoded once more; a token inside a character begins where that character does.
 */
final class TextOffsets {
    private static final Pattern BYTES = Pattern.compile("bytes:((?:\\\\x[0-9a-f]{2})+)");
    private static final int MAX_CHARACTER_BYTES = 4;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private int offset;

    /** The offset of the next token, whose own text is this. */
    int next(String token) {
        int begin = offset;
        var bytes = bytes(token);
        var input = ByteBuffer.allocate(pending.remaining() + bytes.length)
                .put(pending)
                .put(bytes)
                .flip();
        // At most one character a byte.
        var characters = CharBuffer.allocate(input.remaining() + MAX_CHARACTER_BYTES);
        decoder.decode(input, characters, false);
        pending = input;
        characters.flip();
        offset += Character.codePointCount(characters, 0, characters.length());
        return begin;
    }

    private static byte[] bytes(String token) {
        var matcher = BYTES.matcher(token);
        return matcher.matches()
                ? HexFormat.of().parseHex(matcher.group(1).replace("\\x", ""))
                : token.getBytes(StandardCharsets.UTF_8);
    }
}
