package io.meshtransformer.evaluation.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A mapping of a definition, read key by key; what nobody has read is an error in the end. */
final class Section {
    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> known = new TreeSet<>();

    /** @param path of this mapping with a point after it, or empty for the whole file */
    Section(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    JsonNode node(String key) {
        known.add(key);
        return node.path(key);
    }

    boolean has(String key) {
        var value = node(key);
        return !value.isMissingNode() && !value.isNull();
    }

    String requiredText(String key) {
        return text(key).orElseThrow(() -> wrong(key, "is missing, it must be a text"));
    }

    Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        var value = node(key);
        if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
            throw wrong(key, "is " + value + ", it must be a text");
        }
        return Optional.of(value.asText());
    }

    int whole(String key, int fallback, int least, int most) {
        if (!has(key)) {
            return fallback;
        }
        var value = node(key);
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < least
                || value.intValue() > most) {
            throw wrong(key, "is " + value + ", it must be a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    boolean flag(String key, boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        var value = node(key);
        if (!value.isBoolean()) {
            throw wrong(key, "is " + value + ", it must be true or false");
        }
        return value.booleanValue();
    }

    /** A list of texts, or a single one. */
    List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        var value = node(key);
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        var texts = new ArrayList<String>();
        value.forEach(each -> texts.add(each.isTextual() ? each.textValue() : null));
        if (!value.isArray() || texts.contains(null)) {
            throw wrong(key, "is " + value + ", it must be a list of texts");
        }
        return texts;
    }

    /** Empty where there is none. */
    Section section(String key) {
        if (has(key) && !node(key).isObject()) {
            throw wrong(key, "is " + node(key) + ", it must be a mapping");
        }
        return new Section(file, path + key + ".", node(key));
    }

    List<Section> sections(String key) {
        if (!has(key)) {
            return List.of();
        }
        var value = node(key);
        var sections = new ArrayList<Section>();
        for (var each : value) {
            if (!each.isObject()) {
                throw wrong(key, "holds " + each + ", it must hold mappings");
            }
            sections.add(new Section(file, path + key + "[" + sections.size() + "].", each));
        }
        if (!value.isArray()) {
            throw wrong(key, "is " + value + ", it must be a list of mappings");
        }
        return sections;
    }

    List<String> keys() {
        var keys = new ArrayList<String>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** Keys that mean nothing here, but stand in files that were written for lm-evaluation-harness. */
    void ignore(String... keys) {
        known.addAll(List.of(keys));
    }

    /** @param reasons why a key of lm-evaluation-harness can't be obeyed, by key */
    void refuse(Map<String, String> reasons) {
        reasons.forEach((key, reason) -> {
            if (node.has(key)) {
                throw wrong(key, reason);
            }
        });
    }

    void requireNothingElse() {
        for (var key : keys()) {
            if (!known.contains(key)) {
                throw wrong(key, "is no key that may stand here; the nearest that may are " + nearest(key));
            }
        }
    }

    TaskException.MalformedDefinition wrong(String key, String problem) {
        return wrong(key, problem, null);
    }

    TaskException.MalformedDefinition wrong(String key, String problem, Exception cause) {
        return new TaskException.MalformedDefinition(file + ": '" + path + key + "' " + problem, cause);
    }

    private String nearest(String key) {
        return String.join(
                ", ",
                known.stream()
                        .sorted(Comparator.comparingInt(it -> distance(key, it)))
                        .limit(3)
                        .toList());
    }

    /** Single characters to insert, delete or replace (Levenshtein, 1965). */
    private static int distance(String from, String to) {
        var row = new int[to.length() + 1];
        for (var j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= from.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.length(); j++) {
                var replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
