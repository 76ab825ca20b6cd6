package io.meshtransformer.evaluation.metric;

import static io.meshtransformer.evaluation.metric.Quantity.ACC;
import static io.meshtransformer.evaluation.metric.Quantity.ACC_BYTES;
import static io.meshtransformer.evaluation.metric.Quantity.ACC_NORM;
import static io.meshtransformer.evaluation.metric.Quantity.BYTES;
import static io.meshtransformer.evaluation.metric.Quantity.EXACT_MATCH;
import static io.meshtransformer.evaluation.metric.Quantity.LOGPROB;
import static io.meshtransformer.evaluation.metric.Quantity.WORDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.evaluation.request.ModelAnswer.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgementTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachAccuracyHasItsOwnLength() {
        // By itself the first is likeliest (-6), per code point the second (-7/4), per byte the third (-8/9).
        var choices = new Judgement.MultipleChoice(1, new int[] {3, 4, 3}, new int[] {3, 4, 9}, false);
        assertThat(choices.judge(List.of(scores(-6, -7, -8))).values())
                .isEqualTo(Map.of(ACC, 0.0, ACC_NORM, 1.0, ACC_BYTES, 0.0, EXACT_MATCH, 0.0));
        var bytes = new Judgement.MultipleChoice(2, new int[] {3, 4, 3}, new int[] {3, 4, 9}, false);
        assertThat(bytes.judge(List.of(scores(-6, -7, -8))).values())
                .isEqualTo(Map.of(ACC, 0.0, ACC_NORM, 0.0, ACC_BYTES, 1.0, EXACT_MATCH, 0.0));
    }

    @Test
    void theFirstOfEqualChoicesIsTheModels() {
        var first = new Judgement.MultipleChoice(0, new int[] {2, 2}, new int[] {2, 2}, false);
        var second = new Judgement.MultipleChoice(1, new int[] {2, 2}, new int[] {2, 2}, false);
        assertThat(first.judge(List.of(scores(-4, -4))).values()).containsEntry(ACC, 1.0);
        assertThat(second.judge(List.of(scores(-4, -4))).values()).containsEntry(ACC, 0.0);
    }

    @Test
    void choicesThatAreContextsHaveARequestEach() {
        var document = new Judgement.MultipleChoice(1, new int[] {9, 9}, new int[] {9, 9}, true);
        assertThat(document.judge(List.of(scores(-5), scores(-4))).values()).containsEntry(ACC, 1.0);
        assertThatThrownBy(() -> document.judge(List.of(scores(-5, -4)))).hasMessageContaining("one score");
    }

    @Test
    void aTargetCountsItsLogProbabilityAndWhetherItIsGreedy() {
        var greedy = new Scores(List.of(new ContinuationScore(-2.5, true)));
        assertThat(new Judgement.Target().judge(List.of(greedy)).values()).isEqualTo(Map.of(LOGPROB, -2.5, ACC, 1.0));
    }

    @Test
    void windowsOfATextAddUpInTheirOrder() {
        var windows = List.<ModelAnswer>of(scores(-0.1), scores(-0.2), scores(-0.3));
        assertThat(new Judgement.Rolling(7, 40).judge(windows).values())
                .isEqualTo(Map.of(LOGPROB, -0.1 + -0.2 + -0.3, WORDS, 7.0, BYTES, 40.0));
    }

    @Test
    void answersThatAreNotOfTheDocumentAreRefusedAndSayWhy() {
        var choices = new Judgement.MultipleChoice(0, new int[] {1, 1}, new int[] {1, 1}, false);
        assertThatThrownBy(() -> choices.judge(List.of(scores(-1)))).hasMessageContaining("2 choices");
        assertThatThrownBy(() -> choices.judge(List.of(new ModelAnswer.Text("no"))))
                .hasMessageContaining("generated text");
        assertThatThrownBy(() -> new Judgement.Target().judge(List.of())).hasMessageContaining("one answer");
        assertThatThrownBy(() -> new Judgement.Target().judge(List.of(scores(Double.NaN))))
                .hasMessageContaining("not a number");
        assertThatThrownBy(() -> new Judgement.Exact(List.of("a"), false, false).judge(List.of(scores(-1))))
                .hasMessageContaining("generated text");
    }

    @Test
    void aDocumentWhoseRightChoiceIsNotThereIsRefused() {
        assertThatThrownBy(() -> new Judgement.MultipleChoice(2, new int[] {1, 1}, new int[] {1, 1}, false))
                .hasMessage("the right choice is 2, the choices are 0 to 1");
        assertThatThrownBy(() -> new Judgement.MultipleChoice(0, new int[] {1, 1}, new int[] {1}, false))
                .hasMessageContaining("2 choices");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'multiple_choice','gold':1,'codePoints':[3,4],'bytes':[3,5],'contexts':true}",
                "{'kind':'loglikelihood'}",
                "{'kind':'loglikelihood_rolling','words':3,'bytes':15}",
                "{'kind':'generate_until','targets':['a','b'],'ignoreCase':true,'ignorePunctuation':false}"
            })
    void aJudgementIsKeptAsJson(String quoted) throws Exception {
        var json = quoted.replace('\'', '"');
        assertThat(JSON.writeValueAsString(JSON.readValue(json, Judgement.class)))
                .isEqualTo(json);
    }

    private static ModelAnswer scores(double... logprobs) {
        return new Scores(Arrays.stream(logprobs)
                .mapToObj(logprob -> new ContinuationScore(logprob, false))
                .toList());
    }
}
