package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import java.util.List;
import java.util.Locale;

/** Tasks as rows. */
public final class TaskTable {
    private static final String ROW = "%-20s %-8s %-22s %10s  %-46s %s%n";

    private TaskTable() {}

    /** @param tasks as the gateway describes them */
    public static String of(List<JsonNode> tasks) {
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, ROW, "TASK", "VERSION", "KIND", "DOCUMENTS", "METRICS", "DATA"));
        tasks.forEach(task -> text.append(String.format(
                Locale.ROOT,
                ROW,
                task.path("name").asText(),
                task.path("version").asText(),
                task.path("kind").asText(),
                task.path("documents").asText(Figures.UNKNOWN),
                EvaluationList.words(task.path("metrics")),
                data(task))));
        return text.toString();
    }

    private static String data(JsonNode task) {
        if (task.path("excerpt").asBoolean()) {
            return "an excerpt; ./mtj eval fetch-help " + task.path("name").asText();
        }
        return task.path("data")
                .asText("missing; ./mtj eval fetch-help " + task.path("name").asText());
    }
}
