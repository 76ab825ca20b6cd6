package io.meshtransformer.training.run;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.random.RandomState;
import io.meshtransformer.gptj.training.ModelState;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointCatalog.Skipped;
import io.meshtransformer.training.checkpoint.CheckpointException;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.RetentionRule;
import io.meshtransformer.training.data.DataCursor;
import io.meshtransformer.training.data.TokenizerHash;
import io.meshtransformer.training.data.WindowSet;
import io.meshtransformer.training.data.WindowSource;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A run, from wherever it is to its end or until it shall stop. The folder holds all that it knows; killed at any moment,
 * it goes on from the last commit and takes the steps that an unbroken run would take.
 */
public final class TrainingRun {
    private final RunDirectory directory;
    private final RunConfiguration configuration;
    private final EngineFactory engines;
    private final RunListener listener;
    private final StopSignal stop;
    private final InstantSource clock;

    public TrainingRun(
            RunDirectory directory,
            RunConfiguration configuration,
            EngineFactory engines,
            RunListener listener,
            StopSignal stop,
            InstantSource clock) {
        this.directory = directory;
        this.configuration = configuration;
        this.engines = engines;
        this.listener = listener;
        this.stop = stop;
        this.clock = clock;
    }

    /**
     * How it ended.
     *
     * @param finished whether the last step is taken; else it was stopped
     * @param step of the last commit
     */
    public record Result(boolean finished, long step) {}

    /** What a run begins with. */
    private record Beginning(TrainingState state, GptjConfig model, Progress progress, List<String> skipped) {}

    /**
     * Trains.
     *
     * @throws TrainingException if it cannot go on, and trying again would not help
     * @throws IllegalArgumentException if model, devices and configuration don't fit together: it would not help either
     * @throws IOException if a file cannot be read or written
     */
    public Result run() throws IOException {
        listener.on(new RunEvent.PhaseEntered(RunEvent.Phase.LOADING));
        directory.prepare(configuration);
        var rule = configuration.checkpoints();
        try (var store = openStore(new RetentionRule(rule.keepLast(), rule.keepEvery(), rule.keepBest()))) {
            var beginning = beginning(store);
            try (var state = beginning.state()) {
                return train(store, beginning, state);
            }
        }
    }

    private CheckpointStore openStore(RetentionRule rule) throws IOException {
        try {
            return CheckpointStore.open(directory.checkpoints(), rule, clock);
        } catch (CheckpointException.InUse e) {
            throw new TrainingException.Busy(directory.path());
        }
    }

    private Result train(CheckpointStore store, Beginning beginning, TrainingState state) throws IOException {
        var model = beginning.model();
        var progress = beginning.progress();
        requireContext(model);
        var windows = windows(model);
        var validation = validation(model);

        listener.on(new RunEvent.PhaseEntered(RunEvent.Phase.COMPILING));
        var opened = engines.open(configuration, model, state);
        try (var engine = opened.engine();
                var log = StepLog.open(directory.steps(), progress.step())) {
            var all = log.and(listener);
            var plan = new TrainingLoop.Plan(
                    Math.addExact(progress.firstStep(), configuration.steps()),
                    configuration.learningRate(),
                    configuration.validate().every(),
                    configuration.checkpoints().every(),
                    configuration.devices().rematerialise(),
                    opened.flopsPerSecond());
            all.on(new RunEvent.Started(
                    progress.step(),
                    plan.lastStep(),
                    GptjTensors.parameters(model),
                    progress.step() > progress.firstStep(),
                    beginning.skipped()));
            // Whatever ends the loop, what it has handed over is committed.
            try (var commits = new StoredCommits(store, configuration, model, progress.step(), all)) {
                var end = new TrainingLoop(
                                engine, windows, validation, commits, plan, progress, all, stop, System::nanoTime)
                        .run();
                return new Result(end == TrainingLoop.End.FINISHED, commits.lastStep());
            }
        }
    }

    /** The newest checkpoint that is whole, or what the configuration says. */
    private Beginning beginning(CheckpointStore store) throws IOException {
        var latest = store.openLatestValid();
        var skipped = latest.skipped().stream().map(TrainingRun::sentence).toList();
        if (latest.state().isPresent()) {
            var state = latest.state().get();
            var progress = Progress.parse(state.checkpoint().manifest().cursor());
            return new Beginning(state, state.config(), progress, skipped);
        }
        if (!skipped.isEmpty()) {
            throw new TrainingException.Mismatch("no checkpoint of the run is whole: " + String.join("; ", skipped));
        }
        return switch (configuration.start()) {
            case RunConfiguration.Start.NewModel start -> {
                var model = GptjConfig.read(start.path());
                yield new Beginning(
                        new RandomState(model, configuration.seed()), model, Progress.beginning(0, 0), List.of());
            }
            case RunConfiguration.Start.Model start -> fromModel(start);
        };
    }

    private static String sentence(Skipped skipped) {
        return skipped.directory().getFileName() + " is not used: "
                + skipped.reason().getMessage();
    }

    /** A model of Hugging Face's layout, or a run's checkpoint, which is one too and has the optimiser's state beside it. */
    private static Beginning fromModel(RunConfiguration.Start.Model start) throws IOException {
        var checkpoint = CommittedCheckpoint.at(start.path());
        if (start.keepOptimiser() && checkpoint.isEmpty()) {
            throw new TrainingException.Mismatch("model.keep_optimiser is true, and " + start.path()
                    + " is a model without an optimiser's state; a run's checkpoint has it");
        }
        if (checkpoint.isPresent()) {
            checkpoint.get().verify();
        }
        var steps = checkpoint.map(CommittedCheckpoint::step).orElse(0L);
        var first = start.keepOptimiser() ? steps : 0;
        var scheduled = start.continueSchedule() ? steps : 0;
        var progress = Progress.beginning(first, scheduled - first);
        if (start.keepOptimiser()) {
            var state = checkpoint.orElseThrow().open();
            return new Beginning(state, state.config(), progress, List.of());
        }
        var model = Checkpoint.open(start.path());
        return new Beginning(new ModelState(model), model.config(), progress, List.of());
    }

    private void requireContext(GptjConfig model) {
        var sequence = configuration.shape().sequence();
        if (sequence > model.contextLength()) {
            throw new TrainingException.Mismatch("sequence is " + sequence + ", the model's context is "
                    + model.contextLength() + " tokens and sequences can't be longer");
        }
    }

    private StepWindows windows(GptjConfig model) throws IOException {
        var source = WindowSource.open(
                List.of(configuration.trainingData()),
                configuration.seed(),
                configuration.shape(),
                model.vocabularySize());
        requireTokenizer(WindowSet.open(configuration.trainingData()));
        return new StepWindows() {
            @Override
            public int[] next(long seen, int count) {
                return source.step(new DataCursor(seen));
            }

            @Override
            public long perEpoch() {
                return source.windows();
            }
        };
    }

    private Validation validation(GptjConfig model) throws IOException {
        var sets = new LinkedHashMap<String, StepWindows>();
        for (var named : configuration.validation().entrySet()) {
            var set = WindowSet.open(named.getValue());
            set.requireSequence(configuration.shape().sequence());
            set.requireVocabulary(model.vocabularySize());
            requireTokenizer(set);
            sets.put(named.getKey(), inOrder(set));
        }
        return new Validation(
                sets, configuration.validate().windows(), configuration.shape().batch());
    }

    private void requireTokenizer(WindowSet set) throws IOException {
        set.requireTokenizer(TokenizerHash.of(configuration.tokenizer()));
    }

    private static StepWindows inOrder(WindowSet set) {
        return new StepWindows() {
            @Override
            public int[] next(long seen, int count) {
                return set.read(seen, count);
            }

            @Override
            public long perEpoch() {
                return set.windows();
            }
        };
    }
}
