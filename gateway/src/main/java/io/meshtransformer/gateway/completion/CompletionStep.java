package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.Usage;
import java.util.List;

/** What is new after an answer event: each thing once, in order, however often the log has it. */
public sealed interface CompletionStep {
    /** The next part of a prompt read back. */
    record Echoed(int prompt, List<TokenDetail> tokens, String text) implements CompletionStep {}

    /**
     * @param text what may be shown now, often empty
     * @param detail null where not asked for
     */
    record Token(int prompt, int candidate, int id, String text, TokenDetail detail) implements CompletionStep {}

    /**
     * @param tokens how many the candidate has
     * @param text what was still held back
     * @param logprob of all tokens together, nats
     */
    record Finished(int prompt, int candidate, int tokens, String text, FinishReason reason, double logprob)
            implements CompletionStep {}

    /** Every candidate of every prompt is finished. */
    record Completed(Usage usage) implements CompletionStep {}

    /** Somebody called off the latest run of a prompt before it was done. */
    record Cancelled(int prompt) implements CompletionStep {}

    /** The whole request ends without its answer. */
    record Failed(FailureCode code, String message, String parameter) implements CompletionStep {}
}
