package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.template.TemplateException;
import io.meshtransformer.evaluation.text.PythonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Makes the question that a document is, as its definition says. Source: lm-evaluation-harness, {@code ConfigurableTask}
 * of {@code lm_eval/api/task.py}.
 */
final class Questioner {
    private static final String DIGITS = "\\d{1,9}";
    private static final int MOST_SHOWN = 200;

    private final TaskDefinition task;

    Questioner(TaskDefinition task) {
        this.task = task;
    }

    /** @throws TaskException.MalformedDocument naming the place of the document and what is wrong */
    Question question(Documents.Document document) {
        return read(document, this::question);
    }

    /**
     * What stands before everything.
     *
     * @throws TaskException.MalformedDocument naming the place of the document and what is wrong
     */
    String description(Documents.Document document) {
        return read(document, fields -> {
            var description = task.question().description();
            return description.isEmpty()
                    ? ""
                    : text("description", description.get().of(fields));
        });
    }

    private interface Reading<T> {
        T read(Map<String, Object> fields) throws TemplateException;
    }

    private <T> T read(Documents.Document document, Reading<T> reading) {
        try {
            return reading.read(task.question().preparation().prepare(document.fields()));
        } catch (TemplateException | IllegalArgumentException e) {
            throw new TaskException.MalformedDocument(document.place() + ": " + e.getMessage(), e);
        }
    }

    private Question question(Map<String, Object> fields) throws TemplateException {
        var asked = task.question();
        return switch (task.kind()) {
            case MULTIPLE_CHOICE -> choice(fields);
            case LOGLIKELIHOOD ->
                new Question.Target(
                        text("doc_to_text", asked.text().of(fields)),
                        text("doc_to_target", asked.target().of(fields)));
            case LOGLIKELIHOOD_ROLLING -> {
                var text = text("doc_to_target", asked.target().of(fields));
                var counted = asked.counted().isEmpty()
                        ? text
                        : text("doc_to_counted", asked.counted().get().of(fields));
                yield new Question.Rolling(
                        text, PythonText.piecesBetweenSpace(counted), counted.getBytes(StandardCharsets.UTF_8).length);
            }
            case GENERATE_UNTIL ->
                new Question.Generation(
                        text("doc_to_text", asked.text().of(fields)),
                        targets(asked.target().of(fields)));
        };
    }

    private Question choice(Map<String, Object> fields) throws TemplateException {
        var asked = task.question();
        var choices = texts("doc_to_choice", asked.choices().orElseThrow().of(fields));
        if (choices.size() < 2) {
            throw new IllegalArgumentException(
                    "'doc_to_choice' gives " + shown(choices) + ", it must give two choices or more");
        }
        var text = asked.text().of(fields);
        var target = asked.target().of(fields);
        // An index in place of a text: the choices are contexts of one continuation.
        return text instanceof Number
                ? new Question.Contexts(choices, text("doc_to_target", target), index("doc_to_text", text, choices))
                : new Question.Continuations(
                        text("doc_to_text", text),
                        choices,
                        index("doc_to_target", digitsFirst(asked.target(), target, fields), choices));
    }

    /** Digits that a template gives are an index even where a choice has that text; of a field the text comes first. */
    private static Object digitsFirst(DocumentPart part, Object value, Map<String, Object> fields) {
        return part instanceof DocumentPart.Written written
                        && !written.isField(fields)
                        && value instanceof String text
                        && text.matches(DIGITS)
                ? Integer.valueOf(text)
                : value;
    }

    /** An index, the text of a choice, or digits. */
    private static int index(String key, Object value, List<String> choices) {
        var index =
                switch (value) {
                    case Integer number -> number;
                    case Long number -> Math.toIntExact(number);
                    case Boolean truth -> truth ? 1 : 0;
                    case String text when choices.contains(text) -> choices.indexOf(text);
                    case String digits when digits.matches(DIGITS) -> Integer.parseInt(digits);
                    case null, default ->
                        throw new IllegalArgumentException("'" + key + "' gives '" + shown(value)
                                + "', it must give the index of a choice or one of " + shown(choices));
                };
        if (index < 0 || index >= choices.size()) {
            throw new IllegalArgumentException("'" + key + "' gives " + index
                    + ", it must give the index of a choice, 0 to " + (choices.size() - 1));
        }
        return index;
    }

    private static String text(String key, Object value) {
        return switch (value) {
            case String text -> text;
            case Number number -> number.toString();
            case null, default ->
                throw new IllegalArgumentException("'" + key + "' gives " + shown(value) + ", it must give a text");
        };
    }

    private static List<String> texts(String key, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(each -> text(key, each)).toList();
        }
        throw new IllegalArgumentException("'" + key + "' gives " + shown(value) + ", it must give a list");
    }

    /** A document may have millions of characters. */
    private static String shown(Object value) {
        var text = String.valueOf(value);
        return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
    }

    private static List<String> targets(Object value) {
        return value instanceof List<?> ? texts("doc_to_target", value) : List.of(text("doc_to_target", value));
    }
}
