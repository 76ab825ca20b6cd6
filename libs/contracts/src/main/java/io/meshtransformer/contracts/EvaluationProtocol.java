package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a document becomes token ids. */
public enum EvaluationProtocol {
    /** As lm-evaluation-harness does it today: context and continuation are encoded together, nothing stands before them. */
    @JsonProperty("harness")
    HARNESS("harness"),
    /**
     * As mesh-transformer-jax did it for the table of 2021: end-of-text stands before every context, texts are repaired
     * and normalised (ftfy, NFKC), context and continuation are encoded apart, the last 2,048 ids count.
     */
    @JsonProperty("mtj-2021")
    MTJ_2021("mtj-2021");

    private final String label;

    EvaluationProtocol(String label) {
        this.label = label;
    }

    /** As it stands on the wire. */
    public String label() {
        return label;
    }
}
