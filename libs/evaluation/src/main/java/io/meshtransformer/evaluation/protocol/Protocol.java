package io.meshtransformer.evaluation.protocol;

/** How texts of a task become what a model reads. {@code reference}: lm-evaluation-harness 0.4.13; mesh-transformer-jax, {@code tasks/eval_harness.py}. */
public enum Protocol {
    /** Context and continuation encoded together; nothing before them; the last {@code contextLength + 1} ids count. */
    HARNESS,
    /**
     * End-of-text before every context; texts repaired (ftfy) and normalised (NFKC); context and continuation encoded
     * apart; the last {@code contextLength} ids count.
     */
    MTJ_2021
}
