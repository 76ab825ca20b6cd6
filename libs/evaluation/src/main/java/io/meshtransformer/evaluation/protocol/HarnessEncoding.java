package io.meshtransformer.evaluation.protocol;

import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.text.PythonText;
import java.util.Arrays;
import java.util.List;

/**
 * lm-evaluation-harness 0.4.13: {@code TemplateLM.loglikelihood} and {@code _encode_pair} of {@code lm_eval/api/model.py},
 * {@code _loglikelihood_tokens}, {@code loglikelihood_rolling} and {@code generate_until} of {@code
 * lm_eval/models/huggingface.py}. A context of white space alone, on which that stops with an assertion, counts as empty.
 */
final class HarnessEncoding extends Encoding {
    HarnessEncoding(ReadingModel model) {
        super(model);
    }

    @Override
    Pair pair(String context, String continuation) throws UnaskableException {
        var before = PythonText.stripRight(context);
        var after = context.substring(before.length()) + continuation;
        if (before.isEmpty()) {
            return afterNothing(after);
        }
        var contextIds = model.tokenizer().encode(before);
        var whole = model.tokenizer().encode(before + after);
        if (whole.length <= contextIds.length) {
            throw new UnaskableException("the continuation '" + after + "' has no id of its own after the context: "
                    + "together they are " + whole.length + " ids, the context alone " + contextIds.length);
        }
        return new Pair(before, after, contextIds, Arrays.copyOfRange(whole, contextIds.length, whole.length));
    }

    private Pair afterNothing(String continuation) throws UnaskableException {
        var ids = model.tokenizer().encode(continuation);
        var prefixed = ids.length > 0 && ids[0] == model.prefixId();
        if (ids.length == (prefixed ? 1 : 0)) {
            throw new UnaskableException("the context is empty and the continuation '" + continuation + "' has no ids");
        }
        return new Pair("", continuation, new int[] {model.prefixId()}, prefixed ? last(ids, ids.length - 1) : ids);
    }

    /** One more than the model reads: the last id is only foretold. */
    @Override
    int most() {
        return model.contextLength() + 1;
    }

    @Override
    public List<ModelRequest> rolling(String text) {
        return windows(model.tokenizer().encode(text), model.contextLength());
    }

    @Override
    public ModelRequest generate(String context, int maxTokens, List<String> until) throws UnaskableException {
        var ids = model.tokenizer().encode(context);
        return generate(context, ids.length == 0 ? new int[] {model.prefixId()} : ids, maxTokens, until);
    }
}
