package io.meshtransformer.inference.probability;

import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenDetail.Alternative;
import io.meshtransformer.inference.text.TokenTexts;
import java.util.Arrays;
import java.util.List;

/**
 * One row of logits with what makes them log-probabilities; a view of the engine's memory.
 *
 * @param offset of id 0 in {@code logits}
 * @param size number of ids
 * @param normaliser {@link LogProbabilities#logSumExp}
 */
public record LogitRow(float[] logits, int offset, int size, double normaliser) {

    public static LogitRow of(float[] logits, int offset, int size) {
        return new LogitRow(logits, offset, size, LogProbabilities.logSumExp(logits, offset, size));
    }

    public double logprob(int id) {
        return logits[offset + id] - normaliser;
    }

    /** @param alternatives how many of the likeliest tokens to report, 0 for none */
    public TokenDetail detail(int id, int alternatives, TokenTexts texts) {
        var top = alternatives == 0 ? null : top(alternatives, texts);
        return new TokenDetail(id, texts.tokenText(id), logprob(id), top);
    }

    private List<Alternative> top(int count, TokenTexts texts) {
        return Arrays.stream(LogProbabilities.top(logits, offset, size, count))
                .mapToObj(id -> new Alternative(id, texts.tokenText(id), logprob(id)))
                .toList();
    }
}
