package io.meshtransformer.vector.kernel;

/**
 * The layout of a weight matrix {@code [out, in]}: {@value #OUTPUTS} outputs side by side for every input, a panel
 * {@code [in, 32]}, panel after panel.
 *
 * <p>A kernel walks down a panel, one fused multiply-add per weight, so that every output is one chain over the inputs
 * from first to last. The chain is the same whatever the vector width, the number of rows and the number of panels a
 * kernel takes at once; that is what makes logits the same bit for bit.
 */
public final class Panels {
    /** Outputs in a panel; a matrix whose outputs are no multiple has zeros in its last one. */
    public static final int OUTPUTS = 32;

    /** Half a panel: in bf16, outputs {@code j} and {@code j + 16} share an int, the former in its low half. */
    public static final int HALF = 16;

    private Panels() {}

    public static int count(int outputs) {
        return (outputs + OUTPUTS - 1) / OUTPUTS;
    }

    /** Outputs rounded up to whole panels. */
    public static int padded(int outputs) {
        return count(outputs) * OUTPUTS;
    }
}
