package io.meshtransformer.local.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import io.meshtransformer.local.training.CurvePlot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run on a page: how it stands, its curve, its checkpoints. */
public final class RunReport {
    private static final String CHECKPOINT = "%8s %11s %10s  %s%s%n";
    private static final int SECONDS_END = 19;
    private static final String MARK = "o";

    private RunReport() {}

    /**
     * @param run as the gateway describes it
     * @param history as it gives the curve
     */
    public static String of(JsonNode run, JsonNode history, CurvePlot plot) {
        var text = new StringBuilder();
        text.append("%s   %s   step %s%n"
                .formatted(run.path("name").asText(), run.path("state").asText(), RunTable.steps(run)));
        if (run.has("reason")) {
            text.append(run.get("reason").asText()).append(System.lineSeparator());
        }
        var line = new ArrayList<Point>();
        history.path("steps")
                .forEach(step -> line.add(new Point(
                        step.path("step").asDouble(), step.path("loss").asDouble())));
        var marks = new ArrayList<Point>();
        history.path("validations")
                .forEach(step -> marks.add(new Point(
                        step.path("step").asDouble(), step.path("loss").asDouble())));
        var lines = plot.lines(line, marks, MARK);
        if (!lines.isEmpty()) {
            text.append(System.lineSeparator());
            lines.forEach(each -> text.append(each).append(System.lineSeparator()));
        }
        text.append(System.lineSeparator());
        figures(run, history).forEach(each -> text.append(each).append(System.lineSeparator()));
        checkpoints(run.path("checkpoints"), text);
        return text.toString();
    }

    private static List<String> figures(JsonNode run, JsonNode history) {
        var steps = history.path("steps");
        var last = steps.path(steps.size() - 1);
        return List.of(
                "training loss    %s (the line)".formatted(Figures.loss(run.path("loss"))),
                "validation loss  %s (%s), best %s"
                        .formatted(
                                Figures.loss(run.path("validation_loss")),
                                MARK,
                                Figures.loss(run.path("best_validation_loss"))),
                "learning rate    %s   gradient norm %s"
                        .formatted(scientific(last.path("learning_rate")), Figures.loss(last.path("gradient_norm"))),
                "speed            %s tokens/s   MFU %s   %s tokens so far"
                        .formatted(
                                Figures.count(run.path("tokens_per_second")),
                                Figures.percent(run.path("mfu")),
                                Figures.count(run.path("tokens"))));
    }

    private static void checkpoints(JsonNode checkpoints, StringBuilder text) {
        if (checkpoints.isEmpty()) {
            return;
        }
        text.append(String.format("%n" + CHECKPOINT, "STEP", "VALIDATION", "SIZE", "COMMITTED", ""));
        checkpoints.forEach(checkpoint -> text.append(String.format(
                CHECKPOINT,
                checkpoint.path("step").asText(),
                Figures.loss(checkpoint.path("validation_loss")),
                Figures.bytes(checkpoint.path("bytes")),
                seconds(checkpoint.path("time").asText()),
                (checkpoint.path("best").asBoolean() ? "  best" : "")
                        + (checkpoint.path("published").asBoolean() ? "  published" : ""))));
    }

    /** A time in UTC without parts of seconds: 2026-11-27 17:03:12. */
    private static String seconds(String time) {
        return time.substring(0, Math.min(time.length(), SECONDS_END)).replace('T', ' ');
    }

    private static String scientific(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.3g", value.doubleValue()) : Figures.UNKNOWN;
    }
}
