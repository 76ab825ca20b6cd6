package io.meshtransformer.xla.plan;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import java.time.Duration;
import java.util.Arrays;

/**
 * How fast a run can be expected to go. MFU is the share of the chips' peak that goes into the model's own FLOPs: 6 for
 * each weight and token, 2 forward and 4 backward (Kaplan et al. 2020; Chowdhery et al. 2022).
 *
 * @param tokens of one step
 * @param modelFlops of one step
 * @param computedFlops of one step, with what is computed once more on the way back: 2 for each weight of the blocks
 * @param peakFlops of all devices together, per second
 */
public record TrainingEstimate(long tokens, double modelFlops, double computedFlops, double peakFlops) {
    private static final int STEP = 6;
    private static final int FORWARD = 2;
    private static final double SECONDS_OF_DAY = Duration.ofDays(1).toSeconds();

    static TrainingEstimate of(GptjConfig config, long tokens, double peakFlops) {
        var ofBlock = Arrays.stream(BlockTensor.values())
                .mapToLong(tensor -> tensor.shape(config).elements())
                .sum();
        var model = (double) STEP * GptjTensors.parameters(config) * tokens;
        var again = (double) FORWARD * ofBlock * config.layers() * tokens;
        return new TrainingEstimate(tokens, model, model + again, peakFlops);
    }

    /** @param mfu above 0, at most 1 */
    public double stepSeconds(double mfu) {
        return modelFlops / (mfu * peakFlops);
    }

    public double tokensPerSecond(double mfu) {
        return tokens / stepSeconds(mfu);
    }

    /** Of steps one after the other, without evaluation, checkpoints and interruptions. */
    public double days(double mfu, double tokenBudget) {
        return tokenBudget / tokensPerSecond(mfu) / SECONDS_OF_DAY;
    }
}
