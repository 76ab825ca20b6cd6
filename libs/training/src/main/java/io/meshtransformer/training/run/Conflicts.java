package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What keeps a run from going on under another configuration. */
final class Conflicts {
    /** Keys that make a run what it is: with another value, its curve would be another run's. */
    private static final List<String> IDENTITY = List.of(
            "model",
            "tokenizer",
            "seed",
            "data",
            "batch",
            "accumulation",
            "sequence",
            "optimiser",
            "learning_rate",
            "lora");

    private Conflicts() {}

    static List<String> between(RunConfiguration before, RunConfiguration now) {
        var old = before.toJson();
        var wanted = now.toJson();
        var conflicts = new ArrayList<String>();
        for (var key : IDENTITY) {
            compare(key, old.path(key), wanted.path(key), conflicts);
        }
        return conflicts;
    }

    private static void compare(String key, JsonNode before, JsonNode now, List<String> conflicts) {
        if (before.isObject() && now.isObject()) {
            var names = new TreeSet<String>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(key + "." + name, before.path(name), now.path(name), conflicts));
        } else if (!before.equals(now)) {
            conflicts.add(key + " was " + shown(before) + " and is now " + shown(now));
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.toString();
    }
}
