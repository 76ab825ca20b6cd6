package io.meshtransformer.inference.text;

import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenDetail.Alternative;
import io.meshtransformer.gptj.sampling.LogSoftmax;

/** Reports on tokens, under the model's own distribution. */
public final class TokenDetails {

    private TokenDetails() {}

    /** @param alternatives how many of the likeliest tokens to report, 0 for none */
    public static TokenDetail of(int id, LogSoftmax row, int alternatives, TokenTexts texts) {
        if (alternatives == 0) {
            return new TokenDetail(id, texts.tokenText(id), row.logprob(id), null);
        }
        var top = row.top(alternatives).stream()
                .map(likely -> new Alternative(likely.id(), texts.tokenText(likely.id()), likely.logprob()))
                .toList();
        return new TokenDetail(id, texts.tokenText(id), row.logprob(id), top);
    }

    /** The first token of a sequence, of which a model says nothing. */
    public static TokenDetail undefined(int id, TokenTexts texts) {
        return new TokenDetail(id, texts.tokenText(id), null, null);
    }
}
