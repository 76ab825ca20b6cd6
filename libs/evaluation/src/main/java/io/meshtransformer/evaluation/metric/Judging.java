package io.meshtransformer.evaluation.metric;

import io.meshtransformer.evaluation.request.ModelAnswer;
import java.util.List;
import java.util.Map;

/** The rules by which answers count. Source: lm-evaluation-harness, {@code lm_eval/api/task.py}. */
final class Judging {
    private Judging() {}

    static Outcome multipleChoice(Judgement.MultipleChoice document, List<ModelAnswer> answers) {
        throw new UnsupportedOperationException("multiple choice, " + document + answers);
    }

    static Outcome target(List<ModelAnswer> answers) {
        if (answers.size() != 1
                || !(answers.getFirst() instanceof ModelAnswer.Scores given)
                || given.scores().size() != 1) {
            throw new IllegalArgumentException("a target has one score, these are " + answers);
        }
        var score = given.scores().getFirst();
        return new Outcome(Map.of(Quantity.LOGPROB, score.logprob(), Quantity.ACC, score.greedy() ? 1.0 : 0.0));
    }

    static Outcome rolling(Judgement.Rolling document, List<ModelAnswer> answers) {
        throw new UnsupportedOperationException("rolling, " + document + answers);
    }

    static Outcome exact(Judgement.Exact document, List<ModelAnswer> answers) {
        throw new UnsupportedOperationException("exact match, " + document + answers);
    }
}
