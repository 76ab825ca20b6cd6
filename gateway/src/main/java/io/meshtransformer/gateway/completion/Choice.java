package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenIds;

/**
 * A choice of a response, or what a chunk of a stream adds to one.
 *
 * @param index prompt times {@code n} plus the number of the choice
 * @param logprobs null where not asked for, or nothing to tell
 * @param finishReason null while it goes on
 * @param tokenIds of this text, the prompt's not among them; null where not asked for
 * @param promptTokenIds null where not asked for, or told before
 */
record Choice(
        int index,
        String text,
        Logprobs logprobs,
        FinishReason finishReason,
        TokenIds tokenIds,
        TokenIds promptTokenIds) {}
