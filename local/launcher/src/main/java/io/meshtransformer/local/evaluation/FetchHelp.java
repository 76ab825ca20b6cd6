package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** Where the documents of tasks come from, what they must be called, and their licences. */
public final class FetchHelp {
    private static final String UNKNOWN = "the definition does not say";

    private FetchHelp() {}

    /**
     * @param tasks as {@link LocalTasks} has them
     * @param folder where files are to be put
     */
    public static String of(List<JsonNode> tasks, Path folder) {
        var text = new StringBuilder();
        tasks.forEach(task -> task(task, text));
        return text.append(
                        "Files go into %s, or a folder that 'mtj up --evaluation-data DIR' or 'mtj eval --data DIR' names.%n"
                                .formatted(folder))
                .toString();
    }

    private static void task(JsonNode task, StringBuilder text) {
        line(text, "", task.path("name").asText());
        line(text, "from", said(task.path("source")));
        line(text, "licence", said(task.path("licence")));
        var label = "file";
        for (var file : task.path("files")) {
            line(text, label, file.asText());
            label = "or";
        }
        line(text, "now", now(task));
        text.append(System.lineSeparator());
    }

    private static void line(StringBuilder text, String label, String what) {
        text.append(label.isEmpty() ? what : "  %-8s %s".formatted(label, what)).append(System.lineSeparator());
    }

    private static String said(JsonNode text) {
        return text.asText().isEmpty() ? UNKNOWN : text.asText();
    }

    private static String now(JsonNode task) {
        if (task.path("excerpt").asBoolean()) {
            return "%s documents, an excerpt that comes with the software"
                    .formatted(task.path("documents").asText());
        }
        return task.has("data")
                ? "%s documents in %s"
                        .formatted(
                                task.path("documents").asText(),
                                task.path("data").asText())
                : "no documents";
    }
}
