package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import java.util.ArrayList;
import java.util.List;

/** An evaluation on a page: how it stands, what answers, what came out. */
public final class EvaluationReport {
    private static final int HASH_DIGITS = 12;

    private EvaluationReport() {}

    /** @param evaluation as the gateway describes it */
    public static String of(JsonNode evaluation) {
        var text = new StringBuilder("%s   %s   %s of %s documents%n"
                .formatted(
                        evaluation.path("name").asText(),
                        evaluation.path("state").asText(),
                        evaluation.path("done").asText(),
                        evaluation.path("documents").asText()));
        lines(evaluation).forEach(line -> text.append(line).append(System.lineSeparator()));
        if (!evaluation.path("results").isEmpty()) {
            text.append(System.lineSeparator()).append(EvaluationTable.of(evaluation));
        }
        return text.toString();
    }

    private static List<String> lines(JsonNode evaluation) {
        var lines = new ArrayList<String>();
        if (evaluation.has("reason")) {
            lines.add(evaluation.get("reason").asText());
        }
        var settings = evaluation.path("settings");
        lines.add("tasks      " + EvaluationList.words(settings.path("tasks"))
                + (settings.has("limit") ? ", of each the first " + settings.get("limit") : ""));
        lines.add("protocols  " + EvaluationList.words(settings.path("protocols")));
        lines.add("model      " + settings.path("model").asText() + served(evaluation.path("served")));
        if (evaluation.has("tokenizer_hash")) {
            lines.add("tokenizer  " + abbreviated(evaluation.get("tokenizer_hash")));
        }
        if (evaluation.has("run")) {
            lines.add("run        %s, step %s"
                    .formatted(
                            evaluation.get("run").asText(),
                            evaluation.path("step").asText()));
        }
        lines.add("requests   %s asked, %s answered before"
                .formatted(
                        evaluation.path("asked").asText(),
                        evaluation.path("reused").asText()));
        return lines;
    }

    private static String served(JsonNode served) {
        return served.isObject()
                ? ", on %s, %s; hash %s, version %s"
                        .formatted(
                                served.path("engine").asText(),
                                served.path("dtype").asText(),
                                abbreviated(served.path("model_hash")),
                                served.path("version").asText())
                : "";
    }

    /** The first digits of a hash, enough to tell it from others. */
    static String abbreviated(JsonNode hash) {
        var digits = hash.asText(Figures.UNKNOWN);
        return digits.substring(0, Math.min(HASH_DIGITS, digits.length()));
    }
}
