package io.meshtransformer.gateway.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Whether bytes are well-formed UTF-8, found out without making a text of them. */
final class Utf8 {
    private static final int STEP = 4096;

    private Utf8() {}

    static boolean isWellFormed(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var input = ByteBuffer.wrap(bytes);
        var output = CharBuffer.allocate(STEP);
        while (true) {
            var result = decoder.decode(input, output.clear(), true);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
        }
    }
}
