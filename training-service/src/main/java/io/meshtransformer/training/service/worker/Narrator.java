package io.meshtransformer.training.service.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingMesh;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.RunListener;
import io.meshtransformer.training.run.StepRecord;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;

/** Says on {@code training.events} what happens in a run. */
final class Narrator implements RunListener {
    private static final System.Logger LOG = System.getLogger(Narrator.class.getName());
    private static final double FLOPS_FOR_EACH = 6;

    private final RunConfiguration configuration;
    private final WorkerOptions options;
    private final EventOutlet outlet;
    private final InstantSource clock;
    private final String run;
    private volatile RunPhase phase = RunPhase.LOADING;
    private volatile long step;
    private volatile long lastStep;
    private volatile long parameters;

    Narrator(RunConfiguration configuration, WorkerOptions options, EventOutlet outlet, InstantSource clock) {
        this.configuration = requireNonNull(configuration, "configuration is null");
        this.options = requireNonNull(options, "options is null");
        this.outlet = requireNonNull(outlet, "outlet is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.run = configuration.name();
    }

    /** Says that the worker lives. */
    void heartbeat() {
        outlet.addIfIdle(new TrainingEvent.Heartbeat(run, options.attempt(), clock.instant(), step, phase));
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.PhaseEntered(var entered) -> {
                phase = phase(entered);
                heartbeat();
            }
            case RunEvent.Started started -> started(started);
            case RunEvent.StepCompleted(var record) -> {
                step = record.step();
                outlet.add(completed(record));
            }
            case RunEvent.ValidationCompleted validated ->
                outlet.add(new TrainingEvent.ValidationCompleted(
                        run,
                        options.attempt(),
                        clock.instant(),
                        validated.step(),
                        validated.set(),
                        validated.loss(),
                        validated.tokens()));
            case RunEvent.CheckpointCommitted committed -> {
                LOG.log(Level.INFO, "{0}: committed step {1}", run, committed.step());
                outlet.add(checkpoint(committed));
            }
            case RunEvent.CheckpointDeleted(var deleted) ->
                outlet.add(new TrainingEvent.CheckpointDeleted(run, options.attempt(), clock.instant(), deleted));
            case RunEvent.CheckpointFailed(var failed, var reason) -> {
                LOG.log(Level.WARNING, "{0}: step {1} is not committed: {2}", run, failed, reason);
                outlet.add(new TrainingEvent.CheckpointFailed(run, options.attempt(), clock.instant(), failed, reason));
            }
        }
    }

    private static RunPhase phase(RunEvent.Phase phase) {
        return switch (phase) {
            case LOADING -> RunPhase.LOADING;
            case COMPILING -> RunPhase.COMPILING;
            case STEPPING -> RunPhase.STEPPING;
            case VALIDATING -> RunPhase.VALIDATING;
            case SAVING -> RunPhase.SAVING;
        };
    }

    private void started(RunEvent.Started started) {
        LOG.log(Level.INFO, "{0}: goes on from step {1} of {2}", run, started.step(), started.lastStep());
        started.skipped().forEach(sentence -> LOG.log(Level.WARNING, sentence));
        step = started.step();
        lastStep = started.lastStep();
        parameters = started.parameters();
        var devices = configuration.devices();
        outlet.add(new TrainingEvent.RunStarted(
                run,
                options.attempt(),
                clock.instant(),
                started.step(),
                started.lastStep(),
                started.parameters(),
                Math.multiplyExact(devices.dp(), devices.mp()),
                devices.plugin(),
                new TrainingMesh(devices.dp(), devices.mp())));
        // An earlier worker may have died before the broker had them.
        outlet.repeatUnheard(started.step(), this::completed);
    }

    private TrainingEvent.StepCompleted completed(StepRecord record) {
        var result = record.result();
        return new TrainingEvent.StepCompleted(
                run,
                options.attempt(),
                clock.instant(),
                record.step(),
                lastStep,
                result.loss(),
                result.crossEntropy(),
                result.learningRate(),
                result.gradientNorm(),
                orNull(record.noiseScale()),
                record.seconds(),
                record.tokensPerSecond(),
                FLOPS_FOR_EACH * parameters * configuration.shape().tokens(),
                orNull(record.modelUtilisation()),
                orNull(record.hardwareUtilisation()),
                record.tokens(),
                record.epoch());
    }

    private TrainingEvent.CheckpointCommitted checkpoint(RunEvent.CheckpointCommitted committed) {
        return new TrainingEvent.CheckpointCommitted(
                run,
                options.attempt(),
                clock.instant(),
                committed.step(),
                committed.path().toString(),
                committed.bytes(),
                orNull(committed.validationLoss()),
                committed.best(),
                configuration.evaluate().isEmpty() ? null : List.copyOf(configuration.evaluate()),
                false);
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
