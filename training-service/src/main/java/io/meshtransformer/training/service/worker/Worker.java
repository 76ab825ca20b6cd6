package io.meshtransformer.training.service.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.training.checkpoint.CheckpointException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.run.EngineFactory;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.StopSignal;
import io.meshtransformer.training.run.TrainingException;
import io.meshtransformer.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.function.Consumer;

/** One worker's life: trains, tells of it, and ends with a code that says why. */
final class Worker {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());

    private final WorkerOptions options;
    private final EngineFactory engines;
    private final EventOutlet outlet;
    private final StopSignal stop;
    private final Runnable begun;
    private final Consumer<String> leaveReason;
    private final InstantSource clock = InstantSource.system();

    /**
     * @param begun is run before the first step
     * @param leaveReason keeps why it ended badly for whoever looks at its process
     */
    Worker(
            WorkerOptions options,
            EngineFactory engines,
            EventOutlet outlet,
            StopSignal stop,
            Runnable begun,
            Consumer<String> leaveReason) {
        this.options = requireNonNull(options, "options is null");
        this.engines = requireNonNull(engines, "engines is null");
        this.outlet = requireNonNull(outlet, "outlet is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.begun = requireNonNull(begun, "begun is null");
        this.leaveReason = requireNonNull(leaveReason, "leaveReason is null");
    }

    int run() {
        try {
            return train();
        } catch (TrainingException.Busy | TrainingException.Uncommitted e) {
            return failed(ExitCode.DIED, e.getMessage(), e);
        } catch (NoSuchFileException e) {
            return failed(ExitCode.FOR_GOOD, e.getFile() + " is not there", e);
        } catch (TrainingException
                | IllegalArgumentException
                | DataException
                | ModelFormatException
                | CheckpointException e) {
            return failed(ExitCode.FOR_GOOD, e.getMessage(), e);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return failed(ExitCode.DIED, e.toString(), e);
        }
    }

    private int train() throws IOException {
        var configuration = RunConfiguration.parse(
                new JsonMapper().readTree(options.configuration().toFile()), options.folder());
        var directory = new RunDirectory(options.folder());
        var narrator = new Narrator(configuration, options, outlet, clock);
        try (var _ = Heartbeats.start(narrator)) {
            var run = new TrainingRun(directory, configuration, engines, narrator.and(this::noteBegin), stop, clock);
            var result = run.run();
            outlet.add(
                    result.finished()
                            ? new TrainingEvent.RunFinished(
                                    configuration.name(), options.attempt(), clock.instant(), result.step())
                            : new TrainingEvent.RunPreempted(
                                    configuration.name(), options.attempt(), clock.instant(), result.step()));
            return result.finished() ? ExitCode.FINISHED : ExitCode.AGAIN;
        }
    }

    private void noteBegin(RunEvent event) {
        if (event instanceof RunEvent.Started) {
            begun.run();
        }
    }

    private int failed(int code, String reason, Throwable cause) {
        LOG.log(System.Logger.Level.ERROR, reason, cause);
        leaveReason.accept(reason);
        outlet.add(new TrainingEvent.WorkerFailed(
                options.folder().getFileName().toString(),
                options.attempt(),
                clock.instant(),
                reason,
                code == ExitCode.FOR_GOOD));
        return code;
    }
}
