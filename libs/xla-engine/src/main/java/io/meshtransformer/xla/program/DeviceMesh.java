package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.sharding.Mesh;

/**
 * Devices as GPT-J uses them: {@code dp} replicas of the model, each cut into {@code mp} parts.
 *
 * @param dp devices along which sequences are divided
 * @param mp devices along which heads, feed-forward and vocabulary are divided
 */
public record DeviceMesh(int dp, int mp) {
    /** Name of the axis of replicas. */
    public static final String DP = "dp";

    /** Name of the axis of a model's parts. */
    public static final String MP = "mp";

    public static final DeviceMesh SINGLE = new DeviceMesh(1, 1);

    public DeviceMesh {
        if (dp < 1 || mp < 1) {
            throw new IllegalArgumentException("dp is " + dp + " and mp is " + mp + ", both must be at least 1");
        }
    }

    public int devices() {
        return Math.multiplyExact(dp, mp);
    }

    /** {@code dp} outermost: the parts of a model are neighbours. */
    public Mesh mesh() {
        return Mesh.of(axis(DP, dp), axis(MP, mp));
    }

    /**
     * That the model can be cut so: every device has the same number of heads and of feed-forward columns. A vocabulary
     * that {@code mp} does not divide stays whole on every device instead.
     *
     * @throws IllegalArgumentException naming what cannot be divided, and by what it can
     */
    public void requireFits(GptjConfig config) {
        requireDivides("attention heads", config.heads());
        requireDivides("feed-forward columns", config.feedForwardWidth());
    }

    private void requireDivides(String what, int count) {
        if (count % mp != 0) {
            throw new IllegalArgumentException("mp is " + mp + ", it must divide the model's " + count + " " + what);
        }
    }
}
