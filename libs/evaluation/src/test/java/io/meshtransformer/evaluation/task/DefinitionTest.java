package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    private static final String TASK = """
            task: mine
            test_split: test
            output_type: multiple_choice
            doc_to_text: "{{question}}"
            doc_to_target: answer
            doc_to_choice: ["yes", "no"]
            metric_list:
              - metric: acc
            metadata:
              version: 2.0
            """;

    @Test
    void readsAFileOfTheHarness() {
        var task = read(TASK + "tag: [a]\nshould_decontaminate: true\ndataset_path: some/set\ndataset_name: main\n");
        assertThat(task.name()).isEqualTo("mine");
        assertThat(task.version()).isEqualTo("2.0");
        assertThat(task.metrics()).containsExactly("acc");
        assertThat(task.data().evaluated()).isEqualTo("test");
        assertThat(task.data().source()).isEqualTo("Hugging Face data set some/set (main)");
        assertThat(task.examples().delimiter()).isEqualTo("\n\n");
        assertThat(task.question().delimiter()).isEqualTo(" ");
    }

    @Test
    void countsContentAlone() {
        assertThat(read(TASK).hash())
                .isEqualTo(read("# a comment\n" + TASK).hash())
                .hasSize(64);
        assertThat(read(TASK).hash())
                .isNotEqualTo(read(TASK.replace("2.0", "3.0")).hash());
    }

    @Test
    void namesTheNearestKeys() {
        refuses(TASK.replace("doc_to_text", "doc_to_txt"), "mine.yaml: 'doc_to_text' is missing");
        refuses(
                TASK + "num_fewshots: 2\n",
                "'num_fewshots' is no key that may stand here; the nearest that may are num_fewshot,");
        refuses(TASK.replace("metric: acc", "metrik: acc"), "mine.yaml: 'metric_list[0].metric' is missing");
    }

    @Test
    void saysWhatMayStandThere() {
        refuses(
                TASK.replace("multiple_choice", "choice"),
                "'output_type' is 'choice', it must be multiple_choice, loglikelihood");
        refuses(
                TASK.replace("metric: acc", "metric: f1"),
                "'f1', of multiple_choice it must be one of acc, acc_norm, acc_bytes");
        refuses(
                TASK.replace("[\"yes\", \"no\"]", "3"),
                "'doc_to_choice' is 3, it must be a list of texts, a field's name or a template");
        refuses(
                TASK.replace("doc_to_choice", "description"),
                "'doc_to_choice' is missing, 'output_type' multiple_choice has choices");
        refuses(TASK.replace("test_split", "fewshot_split"), "one must name the documents");
        refuses(TASK + "num_fewshot: 500\n", "'num_fewshot' is 500, it must be a whole number from 0 to 128");
        refuses(TASK + "preparation: wino\n", "'preparation' is 'wino', it must be one of none, hellaswag, winogrande");
        refuses(TASK + "data_files: {test: [1]}\n", "'data_files.test' holds 1, it must hold paths of files");
        refuses(TASK.replace("task: mine", "task: ../mine"), "'task' is '../mine', it must be 1 to 100 letters");
    }

    @Test
    void refusesPython() {
        refuses(
                TASK.replace("\"{{question}}\"", "!function utils.text"),
                "the value of 'doc_to_text' is tagged 'function'");
        refuses(TASK + "process_docs: utils.docs\n", "'process_docs' names Python code; choose a 'preparation'");
        refuses(TASK + "filter_list: []\n", "'filter_list' is not known here");
    }

    @Test
    void refusesTemplatesThatAreNone() {
        refuses(TASK.replace("{{question}}", "{% if question %}"), "'doc_to_text' is no template");
        refuses(TASK.replace("{{question}}", "{{question.split( }}"), "'doc_to_text' is no template");
        refuses(TASK.replace("{{question}}", "{% for a in b %}{{ a + }}{% endfor %}"), "'doc_to_text' is no template");
    }

    @Test
    void refusesWhatIsNoYaml() {
        refuses("task: [", "mine.yaml is not YAML (line");
        refuses(TASK + "task: again\n", "mine.yaml is not YAML");
        refuses("- a\n", "mine.yaml is no mapping of keys");
        refuses("", "mine.yaml is no mapping of keys");
    }

    private static TaskDefinition read(String yaml) {
        return DefinitionFile.read(yaml, "mine.yaml", Optional.of(Path.of(".")));
    }

    private static void refuses(String yaml, String... parts) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(TaskException.MalformedDefinition.class)
                .message()
                .startsWith("mine.yaml")
                .contains(List.of(parts));
    }
}
