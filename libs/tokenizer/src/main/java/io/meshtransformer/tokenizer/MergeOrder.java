package io.meshtransformer.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that joining by rank of the result is the same as joining by listed pairs.
 *
 * <p>Both rules pick the pair of lowest rank, the leftmost of equals. They differ only where two neighbours spell a
 * token that the list makes from another pair. That never happens if every token's own bytes, merged with ranks below
 * its own, end in exactly the two parts that the list names: while nothing has crossed a token's borders inside a text,
 * the merges inside it come in the same order as on its bytes alone, so its last two parts are those two. Every
 * vocabulary trained by counting pairs has this property; one put together by hand may not.
 */
final class MergeOrder {
    private final Map<String, Integer> rankOfToken;

    private MergeOrder(Map<String, Integer> rankOfToken) {
        this.rankOfToken = rankOfToken;
    }

    /** @throws TokenizerException if a byte or a merge's token is missing, or the two rules could differ */
    static void check(Map<String, Integer> vocabulary, List<Merge> merges) {
        for (var value = 0; value < 256; value++) {
            if (!vocabulary.containsKey(ByteAlphabet.spell(value))) {
                throw new UnsupportedTokenizerException(
                        "the vocabulary has no token for byte 0x%02X: it is not byte-level".formatted(value));
            }
        }
        var rankOfToken = new HashMap<String, Integer>(merges.size() * 4 / 3 + 1);
        for (var i = 0; i < merges.size(); i++) {
            var merge = merges.get(i);
            for (var token : List.of(merge.left(), merge.right(), merge.merged())) {
                if (!vocabulary.containsKey(token)) {
                    throw new MalformedTokenizerException(
                            "merge %d, '%s' with '%s', needs the token '%s', which is not in the vocabulary"
                                    .formatted(i, merge.left(), merge.right(), token));
                }
                if (ByteAlphabet.bytes(token) == null) {
                    throw new UnsupportedTokenizerException(
                            "token '%s' of merge %d is not spelled in bytes: it is not byte-level BPE"
                                    .formatted(token, i));
                }
            }
            if (rankOfToken.putIfAbsent(merge.merged(), i) != null) {
                throw new UnsupportedTokenizerException(
                        "merges %d and %d both make '%s'; a token made in two ways is not supported"
                                .formatted(rankOfToken.get(merge.merged()), i, merge.merged()));
            }
        }
        var order = new MergeOrder(rankOfToken);
        for (var i = 0; i < merges.size(); i++) {
            var merge = merges.get(i);
            var parts = order.merge(merge.merged(), i);
            if (!parts.equals(List.of(merge.left(), merge.right()))) {
                throw new UnsupportedTokenizerException(
                        "merge %d makes '%s' of '%s' and '%s', but the merges before it leave %s; such a merge list is not supported"
                                .formatted(i, merge.merged(), merge.left(), merge.right(), parts));
            }
        }
    }

    /** What is left of a token's bytes when all merges of a rank below {@code limit} are done. */
    private List<String> merge(String token, int limit) {
        var starts = new int[token.length() + 1];
        for (var i = 0; i < starts.length; i++) {
            starts[i] = i;
        }
        var parts = token.length();
        while (true) {
            var best = -1;
            var bestRank = limit;
            for (var i = 0; i + 1 < parts; i++) {
                var rank = rankOfToken.get(token.substring(starts[i], starts[i + 2]));
                if (rank != null && rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return parts(token, starts, parts);
            }
            System.arraycopy(starts, best + 2, starts, best + 1, parts - best - 1);
            parts--;
        }
    }

    private static List<String> parts(String token, int[] starts, int parts) {
        var result = new ArrayList<String>(parts);
        for (var i = 0; i < parts; i++) {
            result.add(token.substring(starts[i], starts[i + 1]));
        }
        return result;
    }
}
