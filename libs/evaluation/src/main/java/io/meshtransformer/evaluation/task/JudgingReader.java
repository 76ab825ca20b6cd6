package io.meshtransformer.evaluation.task;

import java.util.ArrayList;
import java.util.List;

/** Reads what a task generates and what it measures. */
final class JudgingReader {
    private static final int MOST_TOKENS = 1 << 20;
    private static final int GENERATED_TOKENS = 256;

    private final OutputType kind;
    private final List<String> metrics = new ArrayList<>();
    private final TaskDefinition.Generation generation;
    private boolean ignoreCase;
    private boolean ignorePunctuation;

    JudgingReader(Section root, OutputType kind) {
        this.kind = kind;
        root.sections("metric_list").forEach(this::addMetric);
        if (metrics.isEmpty()) {
            throw root.wrong(
                    "metric_list",
                    "is missing or empty, it must hold some of " + String.join(", ", kind.metrics())
                            + ", such as '- metric: " + kind.metrics().getFirst() + "'");
        }
        var options = root.section("generation_kwargs");
        var until = options.has("until")
                ? options.texts("until")
                : List.of(root.text("fewshot_delimiter").orElse("\n\n"));
        var most = options.whole("max_gen_toks", GENERATED_TOKENS, 1, MOST_TOKENS);
        if (options.flag("do_sample", false) || options.node("temperature").asDouble(0) != 0) {
            throw options.wrong("do_sample", "is true or 'temperature' above 0; the likeliest tokens are generated");
        }
        options.requireNothingElse();
        this.generation = new TaskDefinition.Generation(until, most, ignoreCase, ignorePunctuation);
    }

    /** Names, at least one. */
    List<String> metrics() {
        return metrics;
    }

    TaskDefinition.Generation generation() {
        return generation;
    }

    private void addMetric(Section metric) {
        var name = metric.requiredText("metric");
        if (!kind.metrics().contains(name) || metrics.contains(name)) {
            throw metric.wrong(
                    "metric",
                    "is '" + name + "', of " + kind.label() + " it must be one of " + String.join(", ", kind.metrics())
                            + ", each once");
        }
        metrics.add(name);
        metric.ignore("aggregation", "higher_is_better");
        ignoreCase |= metric.flag("ignore_case", false);
        ignorePunctuation |= metric.flag("ignore_punctuation", false);
        metric.requireNothingElse();
    }
}
