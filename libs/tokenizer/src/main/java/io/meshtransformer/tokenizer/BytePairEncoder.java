package io.meshtransformer.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges bytes into tokens by JTokkit.
 *
 * <p>JTokkit takes tokens with ranks and joins any two neighbours whose bytes together are a token, the lowest rank
 * first. A tokenizer's files name pairs instead, ordered by their place in a list that need not be the order of ids.
 * So JTokkit gets the places as ranks, and its answers are mapped to ids; {@link MergeOrder} has checked that both
 * rules then agree on every text.
 */
final class BytePairEncoder {
    private final Encoding encoding;
    private final Splitting splitting;
    private final int[] idOfRank;

    private BytePairEncoder(Encoding encoding, Splitting splitting, int[] idOfRank) {
        this.encoding = encoding;
        this.splitting = splitting;
        this.idOfRank = idOfRank;
    }

    static BytePairEncoder of(Map<String, Integer> vocabulary, List<Merge> merges, Splitting splitting) {
        MergeOrder.check(vocabulary, merges);
        var ranks = new HashMap<byte[], Integer>((256 + merges.size()) * 4 / 3 + 1);
        var idOfRank = new int[256 + merges.size()];
        for (var value = 0; value < 256; value++) {
            ranks.put(new byte[] {(byte) value}, value);
            idOfRank[value] = vocabulary.get(ByteAlphabet.spell(value));
        }
        for (var i = 0; i < merges.size(); i++) {
            var merged = merges.get(i).merged();
            ranks.put(ByteAlphabet.bytes(merged), 256 + i);
            idOfRank[256 + i] = vocabulary.get(merged);
        }
        var registry = Encodings.newLazyEncodingRegistry();
        registry.registerGptBytePairEncoding(
                new GptBytePairEncodingParams("model", splitting.pattern(), ranks, Map.of()));
        return new BytePairEncoder(registry.getEncoding("model").orElseThrow(), splitting, idOfRank);
    }

    /** @param text without added tokens, well-formed */
    int[] encode(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        var ids = encoding.encodeOrdinary(splitting.prepare(text)).toArray();
        for (var i = 0; i < ids.length; i++) {
            ids[i] = idOfRank[ids[i]];
        }
        return ids;
    }

    /** In bytes of UTF-8. */
    int longestPiece(String text) {
        var longest = 0;
        var prepared = splitting.prepare(text);
        for (var piece = splitting.pattern().matcher(prepared); piece.find(); ) {
            // No character has more than three bytes per code unit.
            if ((piece.end() - piece.start()) * 3L > longest) {
                longest = Math.max(longest, piece.group().getBytes(StandardCharsets.UTF_8).length);
            }
        }
        return longest;
    }
}
