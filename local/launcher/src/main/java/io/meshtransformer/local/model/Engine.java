package io.meshtransformer.local.model;

import java.util.Locale;

/** What computes. */
public enum Engine {
    /** The Java Vector API, on CPUs. */
    VECTOR,
    /** XLA, on TPUs, GPUs and CPUs. */
    XLA;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
