package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingMesh;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The events of a run as training a small model on tales has them: a falling loss with noise, a step every second. */
final class TalesCurve {
    private static final long TOKENS = 4096;
    private static final long WARM_UP = 100;
    private static final int VALIDATE = 50;
    private static final int COMMIT = 100;

    private final String run;
    private final long totalSteps;
    private final double peak;
    private final Instant began;
    private final RandomGenerator noise;
    private double best = Double.MAX_VALUE;

    /** @param peak learning rate: with a larger one the loss falls faster */
    TalesCurve(String run, long totalSteps, double peak, Instant began) {
        this.run = run;
        this.totalSteps = totalSteps;
        this.peak = peak;
        this.began = began;
        this.noise = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    }

    TrainingEvent started() {
        return new TrainingEvent.RunStarted(
                run, 1, began, 0, totalSteps, 6_831_104L, 4, "TPU v3", new TrainingMesh(2, 2));
    }

    /** What the step says, and the validation and the checkpoint that follow it. */
    List<TrainingEvent> step(long step) {
        var time = began.plusSeconds(step);
        var loss = loss(step);
        var measured = loss + 0.08 * noise.nextGaussian();
        var events = new ArrayList<TrainingEvent>();
        events.add(new TrainingEvent.StepCompleted(
                run,
                1,
                time,
                step,
                totalSteps,
                measured,
                measured - 0.01,
                learningRate(step),
                0.45 + 6 * Math.exp(-step / 12.0) + 0.05 * Math.abs(noise.nextGaussian()),
                step < 10 ? null : 2000 + 40.0 * step + 900 * Math.abs(noise.nextGaussian()),
                1,
                TOKENS * (1 + 0.03 * noise.nextGaussian()),
                1.7e11,
                0.38 + 0.01 * noise.nextGaussian(),
                0.5,
                TOKENS * step,
                step * TOKENS / 480_899.0));
        if (step % VALIDATE == 0) {
            var validation = loss + 0.05 + Math.max(0, step - 550) * 0.0008;
            events.add(new TrainingEvent.ValidationCompleted(run, 1, time, step, "tales", validation, 34_229));
            if (step % COMMIT == 0) {
                var isBest = validation < best;
                best = Math.min(best, validation);
                events.add(new TrainingEvent.CheckpointCommitted(
                        run,
                        1,
                        time,
                        step,
                        "/runs/%s/checkpoints/step-%08d".formatted(run, step),
                        82_000_000,
                        validation,
                        isBest,
                        null,
                        false));
            }
        }
        return events;
    }

    private double loss(long step) {
        return 2.1 + 6.8 * Math.exp(-step / (0.03 / peak + 20)) * 0.6 + 2.7 * Math.exp(-step / (0.45 / peak));
    }

    private double learningRate(long step) {
        return step < WARM_UP
                ? peak * step / WARM_UP
                : peak * (0.55 + 0.45 * Math.cos(Math.PI * (step - WARM_UP) / (totalSteps - WARM_UP)));
    }
}
