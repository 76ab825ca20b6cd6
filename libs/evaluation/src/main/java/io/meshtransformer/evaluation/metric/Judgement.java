package io.meshtransformer.evaluation.metric;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.meshtransformer.evaluation.request.ModelAnswer;
import java.util.List;

/**
 * What has to be known of a document to judge a model's answers to it, without the document. Jackson writes it as JSON
 * and reads it again.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Judgement.MultipleChoice.class, name = "multiple_choice"),
    @JsonSubTypes.Type(value = Judgement.Target.class, name = "loglikelihood"),
    @JsonSubTypes.Type(value = Judgement.Rolling.class, name = "loglikelihood_rolling"),
    @JsonSubTypes.Type(value = Judgement.Exact.class, name = "generate_until")
})
public sealed interface Judgement {
    /**
     * What the document says about the model.
     *
     * @param answers to the document's requests, in their order
     * @throws IllegalArgumentException if these are not the answers to such a document
     */
    Outcome judge(List<ModelAnswer> answers);

    /**
     * The choice with the highest log-probability, the first of equal ones, should be the right one.
     *
     * @param gold index of the right choice
     * @param codePoints of each choice without the space before it, for acc_norm
     * @param bytes in UTF-8 of the same, for acc_bytes
     * @param contexts whether each choice has a request of its own, as contexts of one continuation have, and continuations
     *     before which one context is cut to different lengths; else one request has all choices
     */
    record MultipleChoice(int gold, int[] codePoints, int[] bytes, boolean contexts) implements Judgement {
        public MultipleChoice {
            requireNonNull(codePoints, "codePoints is null");
            requireNonNull(bytes, "bytes is null");
            if (gold < 0 || gold >= codePoints.length) {
                throw new IllegalArgumentException(
                        "the right choice is " + gold + ", the choices are 0 to " + (codePoints.length - 1));
            }
            if (bytes.length != codePoints.length) {
                throw new IllegalArgumentException(codePoints.length + " choices, but bytes of " + bytes.length);
            }
        }

        @Override
        public Outcome judge(List<ModelAnswer> answers) {
            return Judging.multipleChoice(this, answers);
        }
    }

    /** The target should be what the model itself would say: its log-probability, and whether it is greedy. */
    record Target() implements Judgement {
        @Override
        public Outcome judge(List<ModelAnswer> answers) {
            return Judging.target(answers);
        }
    }

    /**
     * How well the whole text is foretold; each request is a window with one continuation.
     *
     * @param words of the original text, by white space
     * @param bytes of the original text in UTF-8
     */
    record Rolling(int words, int bytes) implements Judgement {
        @Override
        public Outcome judge(List<ModelAnswer> answers) {
            return Judging.rolling(this, answers);
        }
    }

    /**
     * The generated text should be one of the targets.
     *
     * @param targets any of which is right
     */
    record Exact(List<String> targets, boolean ignoreCase, boolean ignorePunctuation) implements Judgement {
        public Exact {
            targets = List.copyOf(targets);
        }

        @Override
        public Outcome judge(List<ModelAnswer> answers) {
            return Judging.exact(this, answers);
        }
    }
}
