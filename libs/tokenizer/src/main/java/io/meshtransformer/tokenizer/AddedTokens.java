package io.meshtransformer.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects added tokens and holds them against the vocabulary: one id for one token. */
final class AddedTokens {
    private final Map<String, Integer> vocabulary;
    private final Set<Integer> takenIds;
    private final List<AddedToken> tokens = new ArrayList<>();

    AddedTokens(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.takenIds = new HashSet<>(vocabulary.values());
    }

    /**
     * Adds a token, in place of one with the same id.
     *
     * @param file where it stands, for errors
     * @throws MalformedTokenizerException if the token is empty, or its id or content means another one
     */
    void add(AddedToken token, String file) {
        if (token.content().isEmpty()) {
            throw new MalformedTokenizerException("%s: added token %d is empty".formatted(file, token.id()));
        }
        var known = vocabulary.get(token.content());
        if (known != null && known != token.id()) {
            throw new MalformedTokenizerException("%s: added token '%s' has id %d, but %d in the vocabulary"
                    .formatted(file, token.content(), token.id(), known));
        }
        if (known == null && takenIds.contains(token.id())) {
            throw new MalformedTokenizerException(
                    "%s: added token '%s' has id %d, which is another token's in the vocabulary"
                            .formatted(file, token.content(), token.id()));
        }
        tokens.removeIf(other -> other.id() == token.id());
        tokens.add(token);
    }

    List<AddedToken> byId() {
        return tokens.stream().sorted(Comparator.comparingInt(AddedToken::id)).toList();
    }
}
