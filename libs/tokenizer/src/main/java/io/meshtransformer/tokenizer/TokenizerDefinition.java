package io.meshtransformer.tokenizer;

import java.util.List;
import java.util.Map;

/**
 * What a tokenizer's files say, whichever form they have.
 *
 * @param vocabulary ids by token, tokens spelled in the {@link ByteAlphabet} or, for added ones, as they are
 * @param merges the most urgent first
 * @param splitting how a text is cut before merging
 * @param addedTokens sought in the text first
 * @param template ids that stand around a text for the model
 */
record TokenizerDefinition(
        Map<String, Integer> vocabulary,
        List<Merge> merges,
        Splitting splitting,
        List<AddedToken> addedTokens,
        Template template) {
    TokenizerDefinition {
        vocabulary = Map.copyOf(vocabulary);
        merges = List.copyOf(merges);
        addedTokens = List.copyOf(addedTokens);
    }
}
