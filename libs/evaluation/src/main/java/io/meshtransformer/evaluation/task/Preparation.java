package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.text.PythonText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What some tasks do to a document's fields in Python, by name. Fields are added; those that are there stay. Sources:
 * lm-evaluation-harness, {@code lm_eval/tasks/hellaswag/utils.py}, {@code winogrande/preprocess_winogrande.py}, {@code
 * wikitext/preprocess_wikitext.py}.
 */
enum Preparation {
    NONE {
        @Override
        Map<String, Object> prepare(Map<String, Object> fields) {
            return fields;
        }
    },
    /** {@code query}, {@code choices} and {@code gold} of {@code activity_label}, {@code ctx_a}, {@code ctx_b}, {@code endings}, {@code label}; documents that have them already stay as they are. */
    HELLASWAG {
        @Override
        Map<String, Object> prepare(Map<String, Object> fields) {
            if (fields.containsKey("query") && fields.containsKey("choices")) {
                return fields;
            }
            var context = text(fields, "ctx_a") + " " + PythonText.capitalize(text(fields, "ctx_b"));
            var prepared = new LinkedHashMap<>(fields);
            prepared.put("query", withoutBrackets(text(fields, "activity_label") + ": " + context));
            prepared.put(
                    "choices",
                    list(fields, "endings").stream()
                            .map(ending -> withoutBrackets(String.valueOf(ending)))
                            .toList());
            prepared.put("gold", whole(fields, "label"));
            return prepared;
        }
    },
    /** {@code contexts}, {@code continuation} and {@code gold} of {@code sentence}, {@code option1}, {@code option2}, {@code answer}. */
    WINOGRANDE {
        @Override
        Map<String, Object> prepare(Map<String, Object> fields) {
            var sentence = text(fields, "sentence");
            var blank = sentence.indexOf('_');
            if (blank < 0) {
                throw new IllegalArgumentException("'sentence' has no '_': '" + sentence + "'");
            }
            var before = sentence.substring(0, blank);
            var prepared = new LinkedHashMap<>(fields);
            prepared.put("contexts", List.of(before + text(fields, "option1"), before + text(fields, "option2")));
            prepared.put("continuation", PythonText.strip(sentence.substring(blank + 1)));
            prepared.put("gold", whole(fields, "answer") - 1);
            return prepared;
        }
    },
    /** {@code choices} with {@code text} and {@code label}, and {@code answerKey}, of documents that have a list of {@code choices} and {@code gold} instead. */
    ARC {
        @Override
        Map<String, Object> prepare(Map<String, Object> fields) {
            if (!(fields.get("choices") instanceof List<?> texts)) {
                return fields;
            }
            var labels = IntStream.range(0, texts.size())
                    .mapToObj(index -> String.valueOf((char) ('A' + index)))
                    .toList();
            var gold = whole(fields, "gold");
            if (gold < 0 || gold >= labels.size()) {
                throw new IllegalArgumentException("'gold' is " + gold + ", it must be 0 to " + (labels.size() - 1));
            }
            var prepared = new LinkedHashMap<>(fields);
            prepared.put("choices", Map.of("text", texts, "label", labels));
            prepared.put("answerKey", labels.get(gold));
            return prepared;
        }
    },
    /** {@code text}, as people would write it, of {@code page}. */
    WIKITEXT {
        @Override
        Map<String, Object> prepare(Map<String, Object> fields) {
            var prepared = new LinkedHashMap<>(fields);
            prepared.put("text", Detokenisation.of(text(fields, "page")));
            return prepared;
        }
    };

    private static final Pattern BRACKETS = Pattern.compile("\\[.*?\\]", Pattern.UNIX_LINES);

    /** @throws IllegalArgumentException naming the field that is not as it must be */
    abstract Map<String, Object> prepare(Map<String, Object> fields);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Preparation> labelled(String label) {
        return Arrays.stream(values()).filter(it -> it.label().equals(label)).findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(Preparation::label).collect(Collectors.joining(", "));
    }

    /** HellaSwag's texts without the marks of wikiHow pages. */
    private static String withoutBrackets(String text) {
        var marked = PythonText.strip(text).replace(" [title]", ". ");
        return BRACKETS.matcher(marked).replaceAll("").replace("  ", " ");
    }

    private static String text(Map<String, Object> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw wrong(fields, name, "a text");
    }

    private static List<?> list(Map<String, Object> fields, String name) {
        if (fields.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(fields, name, "a list");
    }

    private static int whole(Map<String, Object> fields, String name) {
        return switch (fields.get(name)) {
            case Integer number -> number;
            case String digits when digits.matches("\\d{1,9}") -> Integer.parseInt(digits);
            case null, default -> throw wrong(fields, name, "a whole number");
        };
    }

    private static IllegalArgumentException wrong(Map<String, Object> fields, String name, String wanted) {
        return new IllegalArgumentException(
                fields.containsKey(name)
                        ? "'" + name + "' is " + fields.get(name) + ", it must be " + wanted
                        : "'" + name + "' is missing, it must be " + wanted + "; there are " + fields.keySet());
    }
}
