package io.meshtransformer.testkit.golden;

import java.util.Map;

/**
 * What the reference computed on the way to its logits.
 *
 * @param values {@code [promptIds.length, width]} under {@code embed}, {@code block_0.ln_1}, {@code block_0.attn},
 *     {@code block_0.mlp}, {@code block_i} (residual stream after block i) and {@code ln_f}
 */
public record GoldenActivations(int[] promptIds, Map<String, float[]> values) {
    public GoldenActivations {
        values = Map.copyOf(values);
    }
}
