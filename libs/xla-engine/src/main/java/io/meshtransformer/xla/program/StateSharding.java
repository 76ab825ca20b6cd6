package io.meshtransformer.xla.program;

/** What of a training run's state is cut over replicas too, beside what {@code mp} cuts anyway. */
public enum StateSharding {
    /** Nothing: every replica has all of it, and every replica computes every update. */
    PLAIN,

    /**
     * The moments. Each replica gets its part of the gradients, updates its part of the weights, and gives it to the
     * others. ZeRO stage 1, Rajbhandari et al. 2019.
     */
    ZERO_1,

    /** The weights too, which are gathered where they are used and let go of again. Zhao et al. 2023. */
    FSDP
}
