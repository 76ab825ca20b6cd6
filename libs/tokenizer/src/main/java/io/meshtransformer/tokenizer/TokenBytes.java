package io.meshtransformer.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The bytes of every token, and how they are shown. */
final class TokenBytes {
    private TokenBytes() {}

    /** Bytes by id; null where an id has no token. */
    static byte[][] of(TokenizerDefinition definition) {
        var added = definition.addedTokens();
        var highest = Stream.concat(
                        definition.vocabulary().values().stream(),
                        added.stream().map(AddedToken::id))
                .mapToInt(Integer::intValue)
                .max()
                .orElse(-1);
        var bytes = new byte[highest + 1][];
        definition.vocabulary().forEach((token, id) -> {
            var spelled = ByteAlphabet.bytes(token);
            bytes[id] = spelled == null ? token.getBytes(StandardCharsets.UTF_8) : spelled;
        });
        for (var token : added) {
            bytes[token.id()] = token.content().getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    /** The most bytes that one token can stand for in a text, or 0 if there is no limit. */
    static int longest(byte[][] bytes, List<AddedToken> addedTokens) {
        if (addedTokens.stream().anyMatch(token -> token.lstrip() || token.rstrip())) {
            return 0;
        }
        return Stream.of(bytes)
                .filter(Objects::nonNull)
                .mapToInt(token -> token.length)
                .max()
                .orElse(0);
    }

    static String readable(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return escaped(bytes); // half a character: a normal token of a byte-level vocabulary
        }
    }

    private static String escaped(byte[] bytes) {
        var text = new StringBuilder("bytes:");
        for (var value : bytes) {
            if (value == '\\') {
                text.append("\\\\");
            } else if (value >= ' ' && value <= '~') {
                text.append((char) value);
            } else {
                text.append("\\x%02x".formatted(value & 0xFF));
            }
        }
        return text.toString();
    }
}
