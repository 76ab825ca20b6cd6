package io.meshtransformer.training.run;

import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingEngine.PendingStep;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Steps, validations and checkpoints, until the last step or until it is asked to stop.
 *
 * <p>One step is always on its way while the result of the one before is taken, so that devices don't wait for the host.
 * Where a checkpoint is due, the step's own result is awaited first: a state that came of a loss that is no number is
 * never committed.
 */
final class TrainingLoop {
    private final TrainingEngine engine;
    private final StepWindows windows;
    private final Validation validation;
    private final Commits commits;
    private final Plan plan;
    private final RunListener listener;
    private final StopSignal stop;
    private final LongSupplier nanoTime;
    private final GradientNoise noise;

    private Progress progress;
    private long lastCompletion;
    private OptionalDouble validationLoss = OptionalDouble.empty();
    private boolean checkpointOwed;
    private long handedOver;

    /**
     * What the loop is told of the run.
     *
     * @param lastStep after which it ends
     * @param flopsPerSecond that the run's devices reach at most, all together
     */
    record Plan(
            long lastStep,
            LearningRateSchedule learningRate,
            long validateEvery,
            long checkpointEvery,
            TokenWork work,
            OptionalDouble flopsPerSecond) {}

    /** Why the loop ended. */
    enum End {
        FINISHED,
        STOPPED
    }

    private record Started(long step, long at, PendingStep result) {}

    TrainingLoop(
            TrainingEngine engine,
            StepWindows windows,
            Validation validation,
            Commits commits,
            Plan plan,
            Progress progress,
            RunListener listener,
            StopSignal stop,
            LongSupplier nanoTime) {
        this.engine = engine;
        this.windows = windows;
        this.validation = validation;
        this.commits = commits;
        this.plan = plan;
        this.progress = progress;
        this.listener = listener;
        this.stop = stop;
        this.nanoTime = nanoTime;
        var shape = engine.shape();
        this.noise = new GradientNoise((long) shape.batch() * shape.sequence(), shape.tokens(), progress.noise());
        this.lastCompletion = nanoTime.getAsLong();
        this.handedOver = commits.lastStep();
    }

    /**
     * Returns when the last state is committed.
     *
     * @throws TrainingException.Uncommitted if it could not be, so that the steps since the commit before must be made again
     * @throws TrainingException.Diverged if a loss is no number
     */
    End run() {
        enter(RunEvent.Phase.STEPPING);
        Started before = null;
        while (progress.step() < plan.lastStep() && !stop.requested()) {
            var started = start();
            if (before != null) {
                complete(before);
            }
            before = started;
            if (isPauseDue()) {
                complete(started);
                before = null;
                pause();
            }
        }
        if (before != null) {
            complete(before);
        }
        finish();
        return progress.step() < plan.lastStep() ? End.STOPPED : End.FINISHED;
    }

    private Started start() {
        var ids = windows.next(progress.windows(), engine.shape().windows());
        var learningRate = plan.learningRate().at(progress.scheduleCount());
        var at = nanoTime.getAsLong();
        var result = engine.start(ids, learningRate);
        progress = progress.afterStep(engine.shape().windows());
        return new Started(progress.step(), at, result);
    }

    private void complete(Started started) {
        var result = started.result().await();
        if (!Double.isFinite(result.loss()) || !Double.isFinite(result.gradientNorm())) {
            throw new TrainingException.Diverged(started.step(), result.loss(), result.gradientNorm());
        }
        var now = nanoTime.getAsLong();
        var seconds = (now - Math.max(started.at(), lastCompletion)) / 1e9;
        lastCompletion = now;
        var scale = noise.add(result.microGradientNorm(), result.gradientNorm());
        progress = progress.withNoise(noise.averages());

        var shape = engine.shape();
        var seen = (started.step() - progress.firstStep()) * shape.windows();
        var tokensPerSecond = shape.tokens() / seconds;
        listener.on(new RunEvent.StepCompleted(new StepRecord(
                result,
                seen * shape.sequence(),
                (double) seen / windows.perEpoch(),
                seconds,
                tokensPerSecond,
                utilisation(plan.work().modelFlops() * tokensPerSecond),
                utilisation(plan.work().hardwareFlops() * tokensPerSecond),
                scale)));
    }

    private OptionalDouble utilisation(double flopsPerSecond) {
        return plan.flopsPerSecond().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(flopsPerSecond / plan.flopsPerSecond().getAsDouble());
    }

    private boolean isPauseDue() {
        return isValidationDue() || isCheckpointDue();
    }

    private boolean isValidationDue() {
        return progress.step() % plan.validateEvery() == 0 || progress.step() == plan.lastStep();
    }

    private boolean isCheckpointDue() {
        return checkpointOwed || progress.step() % plan.checkpointEvery() == 0;
    }

    /** No step is on its way. */
    private void pause() {
        validationLoss = OptionalDouble.empty();
        if (isValidationDue()) {
            enter(RunEvent.Phase.VALIDATING);
            validationLoss = validation.run(engine, progress.step(), stop, listener);
        }
        if (isCheckpointDue() && progress.step() < plan.lastStep()) {
            enter(RunEvent.Phase.SAVING);
            checkpointOwed = !commits.offer(engine::snapshot, progress, validationLoss);
            if (!checkpointOwed) {
                handedOver = progress.step();
            }
        }
        enter(RunEvent.Phase.STEPPING);
    }

    private void finish() {
        if (handedOver != progress.step()) {
            enter(RunEvent.Phase.SAVING);
            commits.put(
                    engine::snapshot,
                    progress,
                    progress.step() == plan.lastStep() ? validationLoss : OptionalDouble.empty());
        }
        commits.close();
        if (commits.lastStep() != progress.step()) {
            throw new TrainingException.Uncommitted(progress.step(), commits.lastStep());
        }
    }

    private void enter(RunEvent.Phase phase) {
        listener.on(new RunEvent.PhaseEntered(phase));
    }
}
