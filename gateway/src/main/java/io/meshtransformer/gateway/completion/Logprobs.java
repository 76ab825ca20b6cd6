package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.TokenDetail;
import java.util.List;

/**
 * The {@code logprobs} of a choice.
 *
 * @param textOffsets for each token, where its text begins in the choice's text, in Unicode code points as Python counts
 */
record Logprobs(List<TokenDetail> tokens, List<Integer> textOffsets) {
    Logprobs {
        tokens = List.copyOf(tokens);
        textOffsets = List.copyOf(textOffsets);
    }
}
