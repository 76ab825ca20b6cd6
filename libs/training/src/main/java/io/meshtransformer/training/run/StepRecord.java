package io.meshtransformer.training.run;

import io.meshtransformer.gptj.training.StepResult;
import java.util.OptionalDouble;

/**
 * A step as it stands in the curve.
 *
 * @param tokens that the run has learned from, this step's too
 * @param epoch passes over the training windows, so far
 * @param seconds that the step took, from the end of the one before or from its own start, whichever came later
 * @param tokensPerSecond of this step
 * @param modelUtilisation share of the devices' peak: {@code 6 N} FLOPs a token, {@code 4 N} where adapters alone are
 *     trained, and theirs; none where the peak is not known
 * @param hardwareUtilisation the same with the forward pass counted that is run again for the gradient
 * @param noiseScale in tokens, see {@link GradientNoise}
 */
public record StepRecord(
        StepResult result,
        long tokens,
        double epoch,
        double seconds,
        double tokensPerSecond,
        OptionalDouble modelUtilisation,
        OptionalDouble hardwareUtilisation,
        OptionalDouble noiseScale) {
    public long step() {
        return result.step();
    }
}
