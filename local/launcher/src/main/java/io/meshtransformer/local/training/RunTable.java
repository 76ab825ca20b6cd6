package io.meshtransformer.local.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Runs as rows. */
public final class RunTable {
    private static final String ROW = "%-24s %-11s %13s %9s %11s %9s %12s  %s%n";

    private RunTable() {}

    /** @param runs as the gateway describes them */
    public static String of(List<JsonNode> runs, Instant now) {
        if (runs.isEmpty()) {
            return "no runs yet: ./mtj train FILE.yaml starts one%n".formatted();
        }
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, ROW, "RUN", "STATE", "STEPS", "LOSS", "VALIDATION", "TOKENS/S", "LEFT", "CREATED"));
        runs.forEach(run -> text.append(String.format(
                Locale.ROOT,
                ROW,
                run.path("name").asText(),
                run.path("state").asText(),
                steps(run),
                Figures.loss(run.path("loss")),
                Figures.loss(run.path("validation_loss")),
                Figures.count(run.path("tokens_per_second")),
                left(run),
                Figures.ago(run.path("created"), now))));
        return text.toString();
    }

    static String steps(JsonNode run) {
        return run.path("step").asLong() + "/"
                + (run.has("total_steps") ? run.get("total_steps").asText() : Figures.UNKNOWN);
    }

    /** At the speed of the last step. */
    private static String left(JsonNode run) {
        var step = run.path("step").asLong();
        var speed = run.path("tokens_per_second").asDouble();
        if (!run.path("state").asText().equals("running") || step == 0 || !(speed > 0)) {
            return Figures.UNKNOWN;
        }
        var tokens =
                (run.path("total_steps").asLong() - step) * (run.path("tokens").asDouble() / step);
        return Figures.duration(Duration.ofSeconds((long) (tokens / speed)));
    }
}
