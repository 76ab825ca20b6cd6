package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Evaluations as rows. */
public final class EvaluationList {
    private static final String ROW = "%-28s %-10s %13s  %-20s %-14s  %s%n";

    private EvaluationList() {}

    /** @param evaluations as the gateway describes them */
    public static String of(List<JsonNode> evaluations, Instant now) {
        if (evaluations.isEmpty()) {
            return "no evaluations yet: ./mtj eval --tasks lambada_openai,piqa starts one%n".formatted();
        }
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, ROW, "EVALUATION", "STATE", "DOCUMENTS", "MODEL", "CREATED", "TASKS"));
        evaluations.forEach(evaluation -> text.append(String.format(
                Locale.ROOT,
                ROW,
                evaluation.path("name").asText(),
                evaluation.path("state").asText(),
                evaluation.path("done").asText() + "/"
                        + evaluation.path("documents").asText(),
                evaluation.at("/settings/model").asText(),
                Figures.ago(evaluation.path("created"), now),
                words(evaluation.at("/settings/tasks")))));
        return text.toString();
    }

    static String words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add(word.asText()));
        return String.join(", ", words);
    }
}
