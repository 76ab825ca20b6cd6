package io.meshtransformer.evaluation.metric;

import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The rules by which answers count. Source: lm-evaluation-harness 0.4.13, {@code lm_eval/api/task.py}, {@code api/metrics.py}. */
final class Judging {
    private Judging() {}

    static Outcome multipleChoice(Judgement.MultipleChoice document, List<ModelAnswer> answers) {
        var choices = document.codePoints().length;
        var scores = document.contexts() ? oneEach(answers) : scoresOf(only(answers));
        if (scores.size() != choices) {
            throw new IllegalArgumentException(
                    "a document of " + choices + " choices has as many scores, these are " + scores.size());
        }
        var logprobs = scores.stream().mapToDouble(Judging::logprob).toArray();
        return new Outcome(Map.of(
                Quantity.ACC, one(likeliest(logprobs) == document.gold()),
                Quantity.ACC_NORM, one(likeliest(perUnit(logprobs, document.codePoints())) == document.gold()),
                Quantity.ACC_BYTES, one(likeliest(perUnit(logprobs, document.bytes())) == document.gold()),
                Quantity.EXACT_MATCH, one(scores.get(document.gold()).greedy())));
    }

    static Outcome target(List<ModelAnswer> answers) {
        var score = onlyScore(only(answers));
        return new Outcome(Map.of(Quantity.LOGPROB, logprob(score), Quantity.ACC, one(score.greedy())));
    }

    static Outcome rolling(Judgement.Rolling document, List<ModelAnswer> answers) {
        var logprob = 0.0;
        for (var score : oneEach(answers)) {
            logprob += logprob(score);
        }
        return new Outcome(Map.of(
                Quantity.LOGPROB, logprob,
                Quantity.WORDS, (double) document.words(),
                Quantity.BYTES, (double) document.bytes()));
    }

    static Outcome exact(Judgement.Exact document, List<ModelAnswer> answers) {
        if (!(only(answers) instanceof ModelAnswer.Text(var text))) {
            throw new IllegalArgumentException("a generated text is judged by exact match, this is " + answers);
        }
        var said = comparable(text, document);
        var right = document.targets().stream()
                .anyMatch(target -> comparable(target, document).equals(said));
        return new Outcome(Map.of(Quantity.EXACT_MATCH, one(right)));
    }

    /** The first of equal ones. */
    private static int likeliest(double[] values) {
        var likeliest = 0;
        for (var i = 1; i < values.length; i++) {
            if (values[i] > values[likeliest]) {
                likeliest = i;
            }
        }
        return likeliest;
    }

    /** An empty choice is negative infinity, as in the harness. */
    private static double[] perUnit(double[] logprobs, int[] lengths) {
        var quotients = new double[logprobs.length];
        for (var i = 0; i < logprobs.length; i++) {
            quotients[i] = lengths[i] == 0 ? Double.NEGATIVE_INFINITY : logprobs[i] / lengths[i];
        }
        return quotients;
    }

    private static String comparable(String text, Judgement.Exact document) {
        var lettered = document.ignoreCase() ? text.toLowerCase(Locale.ROOT) : text;
        return document.ignorePunctuation() ? withoutPunctuation(lettered) : lettered;
    }

    /** Without Python's {@code string.punctuation}: the ASCII characters that are seen and are neither letter nor digit. */
    private static String withoutPunctuation(String text) {
        return text.codePoints()
                .filter(c -> c <= ' ' || c >= 0x7f || Character.isLetterOrDigit(c))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static List<ContinuationScore> oneEach(List<ModelAnswer> answers) {
        return answers.stream().map(Judging::onlyScore).toList();
    }

    private static ContinuationScore onlyScore(ModelAnswer answer) {
        var scores = scoresOf(answer);
        if (scores.size() != 1) {
            throw new IllegalArgumentException("a request of one continuation has one score, these are " + scores);
        }
        return scores.getFirst();
    }

    private static List<ContinuationScore> scoresOf(ModelAnswer answer) {
        return switch (answer) {
            case ModelAnswer.Scores(var scores) -> scores;
            case ModelAnswer.Text text ->
                throw new IllegalArgumentException("continuations have scores, this is a generated text: " + text);
        };
    }

    private static ModelAnswer only(List<ModelAnswer> answers) {
        if (answers.size() != 1) {
            throw new IllegalArgumentException("a document of one request has one answer, these are " + answers.size());
        }
        return answers.getFirst();
    }

    private static double logprob(ContinuationScore score) {
        if (Double.isNaN(score.logprob())) {
            throw new IllegalArgumentException("a log-probability is not a number: " + score);
        }
        return score.logprob();
    }

    private static double one(boolean counts) {
        return counts ? 1 : 0;
    }
}
