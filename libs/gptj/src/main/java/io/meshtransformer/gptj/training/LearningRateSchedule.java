package io.meshtransformer.gptj.training;

/**
 * Linear warm-up from zero, then half a cosine from the peak to the end, then the end for good.
 *
 * <p>mesh-transformer-jax {@code util.py}, {@code gpt3_schedule}.
 *
 * @param warmupSteps steps until the peak; 0 begins with it
 * @param annealSteps steps from the peak to the end; 0 drops to it at once
 */
public record LearningRateSchedule(long warmupSteps, long annealSteps, double peak, double end) {
    public LearningRateSchedule {
        requireNotNegative("warm-up steps", warmupSteps);
        requireNotNegative("anneal steps", annealSteps);
        requireNotNegative("peak learning rate", peak);
        requireNotNegative("end learning rate", end);
    }

    private static void requireNotNegative(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + ": " + value + " must be finite and at least 0");
        }
    }

    /** @param count steps taken before this one: the very first step of a warm-up has rate 0 */
    public double at(long count) {
        if (count < warmupSteps) {
            return peak * count / warmupSteps;
        }
        if (count - warmupSteps >= annealSteps) {
            return end;
        }
        var annealed = (count - warmupSteps) / (double) annealSteps;
        return peak - (peak - end) * (1 - Math.cos(Math.PI * annealed)) / 2;
    }
}
