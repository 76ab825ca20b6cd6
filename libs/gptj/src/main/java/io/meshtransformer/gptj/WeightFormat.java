package io.meshtransformer.gptj;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How an engine holds matrices and the embedding in memory, whatever they are in the checkpoint. Biases, norms,
 * activations, sums and the KV cache are fp32 in any case.
 */
public enum WeightFormat {
    /** As in the checkpoint; F16 and BF16 widen exactly. */
    FP32(Float.BYTES),
    /** Rounded to bf16, to nearest and ties to even: half the memory, and half the time where memory limits. */
    BF16(Short.BYTES);

    private final int bytes;

    WeightFormat(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a weight. */
    public int bytes() {
        return bytes;
    }

    /**
     * The format of a name as users write it, such as {@code bf16}.
     *
     * @throws IllegalArgumentException if there is no such format
     */
    public static WeightFormat of(String name) {
        for (var format : values()) {
            if (format.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new IllegalArgumentException("there is no weight format \"" + name + "\", it must be one of "
                + Arrays.stream(values()).map(WeightFormat::toString).collect(Collectors.joining(", ")));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
