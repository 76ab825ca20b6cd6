package io.meshtransformer.local.model;

import java.util.Locale;

/** How weights are kept in memory. */
public enum DType {
    FP32(4),
    BF16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Of one weight. */
    public int bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
