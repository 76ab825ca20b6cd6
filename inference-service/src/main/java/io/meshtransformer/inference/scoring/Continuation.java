package io.meshtransformer.inference.scoring;

import io.meshtransformer.contracts.ContinuationScore;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import java.util.Arrays;

/** One continuation while it is scored: token 0 from the context's last logits, token i from those after token i - 1. */
final class Continuation {

    private final TokenIds ids;
    private final double[] logprobs;
    private final boolean[] likeliest;
    private int slot;
    private int read;

    Continuation(TokenIds ids) {
        this.ids = ids;
        logprobs = new double[ids.size()];
        likeliest = new boolean[ids.size()];
    }

    int length() {
        return ids.size();
    }

    /** All but the last token, whose logits nobody asks for. */
    int tokensToRead() {
        return ids.size() - 1;
    }

    void begin(int inSlot) {
        slot = inSlot;
    }

    int slot() {
        return slot;
    }

    int read() {
        return read;
    }

    boolean wholly() {
        return read == tokensToRead();
    }

    /** The next tokens to read, at most {@code most}. */
    int[] take(int most) {
        var to = Math.min(tokensToRead(), read + most);
        var taken = Arrays.copyOfRange(ids.toArray(), read, to);
        read = to;
        return taken;
    }

    /** @param row the logits before that token */
    void score(int token, LogSoftmax row) {
        logprobs[token] = row.logprob(ids.get(token));
        likeliest[token] = row.argmax() == ids.get(token);
    }

    ContinuationScore result() {
        var greedy = true;
        for (var token : likeliest) {
            greedy &= token;
        }
        return new ContinuationScore(
                Arrays.stream(logprobs).sum(), Arrays.stream(logprobs).boxed().toList(), ids, greedy);
    }
}
