package io.meshtransformer.xla.plan;

import io.meshtransformer.xla.hlo.HloCost;

/**
 * The least time that one run can take, by what the chip can do. Real runs take longer: nothing reaches its peak, and
 * exchanges between devices are not in it.
 *
 * @param memorySeconds all traffic at HBM's bandwidth
 * @param computeSeconds all matrix products at the matrix units' peak
 */
public record Prediction(double memorySeconds, double computeSeconds) {
    static Prediction of(HloCost cost, TpuGeneration generation) {
        return new Prediction(
                cost.mainMemoryBytes() / generation.bandwidth(), cost.matrixFlops() / generation.peakFlops());
    }

    /** The longer of the two, as if they overlapped completely. */
    public double leastSeconds() {
        return Math.max(memorySeconds, computeSeconds);
    }

    public boolean boundByMemory() {
        return memorySeconds >= computeSeconds;
    }
}
