package io.meshtransformer.evaluation.protocol;

import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.text.TextRepair;
import java.util.List;

/**
 * mesh-transformer-jax, {@code process_request} of {@code tasks/eval_harness.py}. That program has neither rolling nor
 * generating tasks; here they get its prefix, its repair of texts and its length.
 */
final class Mtj2021Encoding extends Encoding {
    Mtj2021Encoding(ReadingModel model) {
        super(model);
    }

    @Override
    Pair pair(String context, String continuation) throws UnaskableException {
        var after = TextRepair.repair(continuation);
        var ids = model.tokenizer().encode(after);
        if (ids.length == 0) {
            throw new UnaskableException("the continuation '" + continuation + "' has no ids");
        }
        return new Pair(prefix() + TextRepair.repair(context), after, prefixed(context), ids);
    }

    @Override
    int most() {
        return model.contextLength();
    }

    @Override
    public List<ModelRequest> rolling(String text) {
        return windows(model.tokenizer().encode(TextRepair.repair(text)), model.contextLength() - 1);
    }

    @Override
    public ModelRequest generate(String context, int maxTokens, List<String> until) throws UnaskableException {
        return generate(prefix() + TextRepair.repair(context), prefixed(context), maxTokens, until);
    }

    private int[] prefixed(String context) {
        var ids = model.tokenizer().encode(TextRepair.repair(context));
        var prefixed = new int[ids.length + 1];
        prefixed[0] = model.prefixId();
        System.arraycopy(ids, 0, prefixed, 1, ids.length);
        return prefixed;
    }

    private String prefix() {
        return model.tokenizer().piece(model.prefixId());
    }
}
