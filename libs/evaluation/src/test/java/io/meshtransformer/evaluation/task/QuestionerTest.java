package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuestionerTest {
    @Test
    void takesIndicesTextsAndDigitsForTheRightChoice() {
        assertThat(gold("answer", 1)).isEqualTo(1);
        assertThat(gold("answer", true)).isEqualTo(1);
        assertThat(gold("answer", "1"))
                .as("a field's text comes before its digits")
                .isZero();
        assertThat(gold("answer", "2")).isEqualTo(2);
        assertThat(gold("'{{answer}}'", "1"))
                .as("a template's digits come first")
                .isEqualTo(1);
        assertThat(gold("'{{answer}}'", "x")).isEqualTo(2);
    }

    @Test
    void refusesAnAnswerThatIsNoChoice() {
        assertThatThrownBy(() -> gold("answer", 3))
                .isInstanceOf(TaskException.MalformedDocument.class)
                .hasMessage("here: 'doc_to_target' gives 3, it must give the index of a choice, 0 to 2");
        assertThatThrownBy(() -> gold("answer", "z"))
                .hasMessage("here: 'doc_to_target' gives 'z', it must give the index of a choice or one of [1, 0, x]");
        assertThatThrownBy(() -> gold("answer", 0.5)).hasMessageContaining("'doc_to_target' gives '0.5'");
    }

    private static int gold(String target, Object answer) {
        var definition = DefinitionFile.read("""
                task: mine
                test_split: test
                output_type: multiple_choice
                doc_to_text: "?"
                doc_to_target: %s
                doc_to_choice: ["1", "0", "x"]
                metric_list: [{metric: acc}]
                """.formatted(target), "mine.yaml", Optional.empty());
        var question = new Questioner(definition).question(new Documents.Document(0, "here", Map.of("answer", answer)));
        assertThat(question).isInstanceOf(Question.Continuations.class);
        return ((Question.Continuations) question).gold();
    }
}
