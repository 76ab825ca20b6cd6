package io.meshtransformer.gptj.sampling;

import java.util.Arrays;

/**
 * Excludes every token that would make the last tokens of prompt and generated text a sequence that is in them already.
 *
 * @param size number of tokens in a sequence, at least 1
 */
public record NoRepeatNgram(int size) implements LogitProcessor {
    public NoRepeatNgram {
        if (size < 1) {
            throw new IllegalArgumentException("the size of a sequence is " + size + ", it must be at least 1");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        var ids = history.ids();
        var prefix = size - 1;
        var last = history.length() - prefix;
        for (var begin = 0; begin < last; begin++) {
            if (Arrays.equals(ids, begin, begin + prefix, ids, last, history.length())) {
                var place = candidates.place(ids[begin + prefix]);
                if (place >= 0) {
                    candidates.exclude(place);
                }
            }
        }
        candidates.keepAtLeast(-Float.MAX_VALUE, candidates.logits());
    }
}
