package io.meshtransformer.evaluation.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a task asks of a model. */
enum OutputType {
    /** Which of some continuations is the likeliest? */
    MULTIPLE_CHOICE("multiple_choice", List.of("acc", "acc_norm", "acc_bytes")),
    /** How likely is the right continuation? */
    LOGLIKELIHOOD("loglikelihood", List.of("perplexity", "acc")),
    /** How likely is a whole text? */
    LOGLIKELIHOOD_ROLLING("loglikelihood_rolling", List.of("word_perplexity", "byte_perplexity", "bits_per_byte")),
    /** What follows? */
    GENERATE_UNTIL("generate_until", List.of("exact_match"));

    private final String label;
    private final List<String> metrics;

    OutputType(String label, List<String> metrics) {
        this.label = label;
        this.metrics = metrics;
    }

    /** As definitions name it. */
    String label() {
        return label;
    }

    /** Names of those that can be made of such a task's answers. */
    List<String> metrics() {
        return metrics;
    }

    static Optional<OutputType> labelled(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
