package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import java.util.LinkedHashSet;
import java.util.Locale;

/** What came out: a row for each metric of each task under each protocol. */
public final class EvaluationTable {
    private static final String ROW = "%-20s %-8s %-9s %8s %8s  %-18s %13s %s%n";

    private EvaluationTable() {}

    /** @param evaluation as the gateway describes it */
    public static String of(JsonNode evaluation) {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, ROW, "TASK", "VERSION", "PROTOCOL", "FEW-SHOT", "N", "METRIC", "VALUE", "  STDERR"));
        var excerpts = new LinkedHashSet<String>();
        for (var result : evaluation.path("results")) {
            rows(result, text);
            if (result.path("excerpt").asBoolean()) {
                excerpts.add(result.path("task").asText());
            }
        }
        if (!excerpts.isEmpty()) {
            text.append(
                    "Of %s an excerpt that comes with the software, not the whole set: see './mtj eval fetch-help'%n"
                            .formatted(String.join(", ", excerpts)));
        }
        return text.toString();
    }

    private static void rows(JsonNode result, StringBuilder text) {
        var first = true;
        for (var metric : result.path("metrics")) {
            text.append(String.format(
                    Locale.ROOT,
                    ROW,
                    first ? result.path("task").asText() : "",
                    first ? result.path("version").asText() : "",
                    first ? result.path("protocol").asText() : "",
                    first ? result.path("few_shot").asText() : "",
                    first ? documents(result) : "",
                    metric.path("name").asText()
                            + (metric.path("higher_is_better").asBoolean() ? " ↑" : " ↓"),
                    figure(metric.path("value")),
                    "± " + figure(metric.path("standard_error"))));
            first = false;
        }
        if (first) {
            text.append(String.format(
                            Locale.ROOT,
                            ROW,
                            result.path("task").asText(),
                            result.path("version").asText(),
                            result.path("protocol").asText(),
                            result.path("few_shot").asText(),
                            documents(result),
                            "",
                            Figures.UNKNOWN,
                            "")
                    .stripTrailing());
            text.append(System.lineSeparator());
        }
    }

    /** How many were judged, and of how many where some are left. */
    private static String documents(JsonNode result) {
        var done = result.path("done").asLong();
        var all = result.path("documents").asLong();
        return done == all ? Long.toString(all) : done + "/" + all;
    }

    /** A figure and how sure it is: {@code acc 0.5500 ± 0.0500}. */
    static String metric(JsonNode metric) {
        var error = metric.path("standard_error");
        return metric.path("name").asText() + " " + figure(metric.path("value"))
                + (error.isNumber() ? " ± " + figure(error) : "");
    }

    /** With as many digits as lm-evaluation-harness prints. */
    private static String figure(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.doubleValue()) : Figures.UNKNOWN;
    }
}
