package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointException;
import io.meshtransformer.training.checkpoint.CheckpointStore;
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

    /**
     * Trains.
     *
     * @throws TrainingException if it cannot go on
     * @throws IllegalArgumentException if model, devices and configuration don't fit together: it would not help either
     * @throws IOException if a file cannot be read or written
     */
    public Result run() throws IOException {
        listener.on(new RunEvent.PhaseEntered(RunEvent.Phase.LOADING));
        directory.prepare(configuration);
        var rule = configuration.checkpoints();
        try (var store = openStore(new RetentionRule(rule.keepLast(), rule.keepEvery(), rule.keepBest()))) {
            var beginning = Beginning.of(configuration, store);
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
        var tokenizer = TokenizerHash.of(configuration.tokenizer());
        var windows = windows(model, tokenizer);
        var validation = validation(model, tokenizer);

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
                    TokenWork.of(model, configuration),
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

    private void requireContext(GptjConfig model) {
        var sequence = configuration.shape().sequence();
        if (sequence > model.contextLength()) {
            throw new TrainingException.Mismatch("sequence is " + sequence + ", the model's context is "
                    + model.contextLength() + " tokens and sequences can't be longer");
        }
    }

    private StepWindows windows(GptjConfig model, String tokenizer) throws IOException {
        var source = WindowSource.open(
                List.of(configuration.trainingData()),
                configuration.seed(),
                configuration.shape(),
                model.vocabularySize());
        source.requireTokenizer(tokenizer);
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

    private Validation validation(GptjConfig model, String tokenizer) throws IOException {
        var sets = new LinkedHashMap<String, StepWindows>();
        for (var named : configuration.validation().entrySet()) {
            var set = WindowSet.open(named.getValue());
            set.requireSequence(configuration.shape().sequence());
            set.requireVocabulary(model.vocabularySize());
            set.requireTokenizer(tokenizer);
            sets.put(named.getKey(), inOrder(set));
        }
        return new Validation(
                sets, configuration.validate().windows(), configuration.shape().batch());
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
