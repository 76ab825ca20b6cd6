package io.meshtransformer.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected texts are what Jinja 3.1 gives for the same templates and fields. */
class TemplateTest {
    private static final Map<String, Object> DOCUMENT = Map.of(
            "text",
            "one  two three ",
            "choices",
            Map.of("text", List.of("it's", "a \"b\""), "label", List.of("A", "B")),
            "answerKey",
            " B",
            "goal",
            "{{text}} \\ {% if %} <&>",
            "label",
            1,
            "list",
            List.of(1, 2, 3));

    @Test
    void joinsTheWordsButTheLast() throws TemplateException {
        assertThat(text("{{text.split(' ')[:-1]|join(' ')}}")).isEqualTo("one  two three");
        assertThat(text("{{' '+text.split(' ')[-1]}}")).isEqualTo(" ");
        assertThat(text("{{' '+text.rstrip().split(' ')[-1]}}")).isEqualTo(" three");
        assertThat(text("{{text.split()[-1]}}|{{text.split(' ')[0]}}|{{text.split(' ')[1:3]|length}}"))
                .isEqualTo("three|one|2");
    }

    @Test
    void takesFieldsAsTheyAre() throws TemplateException {
        assertThat(text("Question: {{goal}}\nAnswer:")).isEqualTo("Question: {{text}} \\ {% if %} <&>\nAnswer:");
        assertThat(text("a\n")).isEqualTo("a\n");
        assertThat(text("{{ goal }}\n\n")).isEqualTo("{{text}} \\ {% if %} <&>\n\n");
        assertThat(text("")).isEmpty();
        assertThat(text(" \\n 'x' \"y\" {{label}} ")).isEqualTo(" \\n 'x' \"y\" 1 ");
    }

    @Test
    void findsAnIndex() throws TemplateException {
        assertThat(value("{{choices.label.index(answerKey.lstrip())}}")).isEqualTo(1L);
        assertThat(text("{{choices.label.index(answerKey.strip())}}")).isEqualTo("1");
        assertThat(value("{{label}}")).isEqualTo(1);
    }

    @Test
    void givesLists() throws TemplateException {
        assertThat(value("{{choices.text}}")).isEqualTo(List.of("it's", "a \"b\""));
        assertThat(value("{{[goal, text]}}")).isEqualTo(List.of(DOCUMENT.get("goal"), DOCUMENT.get("text")));
        assertThat(value("{{choices['text'][0]}}")).isEqualTo("it's");
    }

    @Test
    void knowsConditionsLoopsAndFilters() throws TemplateException {
        assertThat(text("{% if label == 1 %}yes{% else %}no{% endif %}")).isEqualTo("yes");
        assertThat(text("{% for c in choices.text %}{{loop.index}}. {{c}}\n{% endfor %}"))
                .isEqualTo("1. it's\n2. a \"b\"\n");
        assertThat(text("{{text|trim}}|{{text.strip()|upper}}|{{text.replace('o', '0')|lower}}"))
                .isEqualTo("one  two three|ONE  TWO THREE|0ne  tw0 three ");
        assertThat(text("{{'x' if label is divisibleby 2 else 'y'}}")).isEqualTo("y");
        assertThat(text("{% set letters = ['A','B'] %}{{letters[label]}}")).isEqualTo("B");
        assertThat(text("{{list[-1]}}{{list[1:]|length}}{{label + 1}}")).isEqualTo("322");
    }

    @Test
    void refusesFieldsThatAreNotThere() throws TemplateException {
        var template = Template.parse("Question: {{question}}");
        assertThatThrownBy(() -> template.text(DOCUMENT))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("question");
        var nested = Template.parse("{{choices.texts}}");
        assertThatThrownBy(() -> nested.value(DOCUMENT)).isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> nested.text(DOCUMENT)).isInstanceOf(TemplateException.class);
    }

    @Test
    void callsNothingOfJava() throws TemplateException {
        for (var source :
                List.of("{{text.getClass()}}", "{{text.class}}", "{{list.stream()}}", "{{label.longValue()}}")) {
            var template = Template.parse(source);
            assertThatThrownBy(() -> template.text(DOCUMENT)).isInstanceOf(TemplateException.class);
        }
        var template = Template.parse("{{text.chars()}}");
        assertThatThrownBy(() -> template.text(DOCUMENT))
                .hasMessageContaining("no method 'chars' of a text")
                .hasMessageContaining("splitlines");
    }

    @Test
    void readsNothingButTheDocument() throws TemplateException {
        for (var tag : List.of("include", "import", "extends", "from")) {
            assertThatThrownBy(() -> Template.parse("{% " + tag + " 'META-INF/MANIFEST.MF' %}")
                            .text(DOCUMENT))
                    .isInstanceOf(TemplateException.class);
        }
    }

    @Test
    void refusesWhatIsNoTemplate() {
        assertThatThrownBy(() -> Template.parse("{{ text.split( }}").text(DOCUMENT))
                .isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> Template.parse("{% if label %}x").text(DOCUMENT))
                .isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> Template.parse("{{choices.label.index('Z')}}").text(DOCUMENT))
                .hasMessageContaining("'Z' is not in [A, B]");
    }

    @Test
    void servesSeveralThreads() throws TemplateException {
        var template = Template.parse("{% for c in choices.text %}{{c|upper}}{% endfor %}{{number + 1}}");
        var wrong = IntStream.range(0, 4000)
                .parallel()
                .filter(number -> !numbered(template, number).equals("IT'S" + (number + 1)))
                .count();
        assertThat(wrong).isZero();
    }

    private static String numbered(Template template, int number) {
        try {
            return template.text(Map.of("choices", Map.of("text", List.of("it's")), "number", number));
        } catch (TemplateException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(String template) throws TemplateException {
        return Template.parse(template).text(DOCUMENT);
    }

    private static Object value(String template) throws TemplateException {
        return Template.parse(template).value(DOCUMENT);
    }
}
