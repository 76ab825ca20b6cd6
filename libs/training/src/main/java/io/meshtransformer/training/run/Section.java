package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** An object of a configuration, read key by key. Problems are gathered; what was not asked for is unknown. */
final class Section {
    private final String prefix;
    private final JsonNode json;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(String prefix, JsonNode json, List<String> problems) {
        this.prefix = prefix;
        this.json = json;
        this.problems = problems;
    }

    static Section root(JsonNode json, List<String> problems) {
        if (json == null || !json.isObject()) {
            problems.add("it must be an object of keys and values");
            return new Section("", JsonNodeFactory.instance.objectNode(), problems);
        }
        return new Section("", json, problems);
    }

    /** An object within; one that is not there is empty. */
    Section section(String key) {
        known.add(key);
        var value = json.path(key);
        if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
            problems.add(prefix + key + " is " + value + ", it must be an object of keys and values");
        }
        return new Section(prefix + key + ".", value, problems);
    }

    boolean has(String key) {
        known.add(key);
        return json.hasNonNull(key);
    }

    String text(String key, String fallback) {
        if (!has(key)) {
            return fallback;
        }
        var value = json.get(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            problems.add(prefix + key + " is " + value + ", it must be a text");
            return fallback;
        }
        return value.textValue();
    }

    String requiredText(String key) {
        if (!has(key)) {
            problems.add(prefix + key + " is missing");
            return "";
        }
        return text(key, "");
    }

    /** One of a few words. */
    String choice(String key, String fallback, List<String> choices) {
        var value = text(key, fallback);
        if (!choices.contains(value)) {
            problems.add(prefix + key + " is '" + value + "', it must be one of " + String.join(", ", choices));
            return fallback;
        }
        return value;
    }

    Path path(String key, Path folder) {
        var text = requiredText(key);
        return text.isEmpty() ? folder : folder.resolve(text).toAbsolutePath().normalize();
    }

    boolean flag(String key, boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        var value = json.get(key);
        if (!value.isBoolean()) {
            problems.add(prefix + key + " is " + value + ", it must be true or false");
            return fallback;
        }
        return value.booleanValue();
    }

    long whole(String key, long fallback, long least, long most) {
        if (!has(key)) {
            return fallback;
        }
        var value = json.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            problems.add(prefix + key + " is " + value + ", it must be a whole number");
            return fallback;
        }
        if (value.longValue() < least || value.longValue() > most) {
            problems.add(prefix + key + " is " + value + ", it must be "
                    + (most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most));
            return fallback;
        }
        return value.longValue();
    }

    long requiredWhole(String key, long least, long most) {
        if (!has(key)) {
            problems.add(prefix + key + " is missing");
            return least;
        }
        return whole(key, least, least, most);
    }

    /** A number; YAML writers put down {@code 1e-4} as a text now and then. */
    OptionalDouble number(String key) {
        if (!has(key)) {
            return OptionalDouble.empty();
        }
        var value = json.get(key);
        if (value.isNumber()) {
            return OptionalDouble.of(value.doubleValue());
        }
        try {
            return OptionalDouble.of(Double.parseDouble(value.asText()));
        } catch (NumberFormatException e) {
            problems.add(prefix + key + " is " + value + ", it must be a number");
            return OptionalDouble.empty();
        }
    }

    List<String> texts(String key) {
        var texts = new ArrayList<String>();
        if (has(key)) {
            var value = json.get(key);
            if (!value.isArray()) {
                problems.add(prefix + key + " is " + value + ", it must be a list of texts");
            }
            value.forEach(item -> {
                if (item.isTextual()) {
                    texts.add(item.textValue());
                } else {
                    problems.add(prefix + key + " holds " + item + ", it must be a list of texts");
                }
            });
        }
        return texts;
    }

    /** Paths by names of the user's choice. */
    Map<String, Path> paths(String key, Path folder) {
        var inner = section(key);
        var paths = new LinkedHashMap<String, Path>();
        inner.json.fieldNames().forEachRemaining(name -> paths.put(name, inner.path(name, folder)));
        return paths;
    }

    void problem(String key, String sentence) {
        problems.add(prefix + key + " " + sentence);
    }

    /** Names every key that nobody asked for. */
    void requireNothingElse() {
        json.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add(prefix + name + " is no key; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        });
    }
}
