package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.BackgroundCommitter;
import io.meshtransformer.training.checkpoint.CheckpointInfo;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.CommitListener;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.TokenizerFiles;
import io.meshtransformer.training.checkpoint.TrainedAdapters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Commits to a run's folder. */
final class StoredCommits implements Commits {
    private final CheckpointStore store;
    private final RunConfiguration configuration;
    private final GptjConfig model;
    private final List<Path> companions;
    private final RunListener listener;
    private final BackgroundCommitter committer;
    private final TreeSet<Long> steps = new TreeSet<>();

    private volatile long lastStep;

    StoredCommits(
            CheckpointStore store,
            RunConfiguration configuration,
            GptjConfig model,
            long lastStep,
            RunListener listener)
            throws IOException {
        this.store = store;
        this.configuration = configuration;
        this.model = model;
        this.companions = TokenizerFiles.at(configuration.tokenizer());
        this.lastStep = lastStep;
        this.listener = listener;
        this.committer = new BackgroundCommitter(store, new Heard());
        store.list().forEach(checkpoint -> steps.add(checkpoint.step()));
    }

    @Override
    public boolean offer(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss) {
        return committer.offer(snapshot, info(progress, validationLoss));
    }

    @Override
    public void put(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss) {
        committer.put(snapshot, info(progress, validationLoss));
    }

    private CheckpointInfo info(Progress progress, OptionalDouble validationLoss) {
        var base =
                switch (configuration.start()) {
                    case RunConfiguration.Start.NewModel _ -> "";
                    case RunConfiguration.Start.Model start -> start.path().toString();
                };
        return new CheckpointInfo(
                model,
                configuration.lora().map(lora -> new TrainedAdapters(lora.options(), base)),
                companions,
                progress.toJson(),
                configuration.toJson(),
                validationLoss);
    }

    @Override
    public long lastStep() {
        return lastStep;
    }

    @Override
    public void close() {
        committer.close();
    }

    /** On the committer's thread. */
    private final class Heard implements CommitListener {
        @Override
        public void committed(CommittedCheckpoint checkpoint, Duration took) {
            lastStep = checkpoint.step();
            try {
                var best = store.catalog().best().filter(found -> found.step() == checkpoint.step());
                listener.on(new RunEvent.CheckpointCommitted(
                        checkpoint.step(),
                        checkpoint.directory(),
                        checkpoint.manifest().bytes(),
                        checkpoint.manifest().validationLoss(),
                        best.isPresent()));
                var left = new TreeSet<Long>();
                store.list().forEach(found -> left.add(found.step()));
                steps.stream()
                        .filter(step -> !left.contains(step))
                        .forEach(step -> listener.on(new RunEvent.CheckpointDeleted(step)));
                steps.clear();
                steps.addAll(left);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the checkpoints that are there could not be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void failed(long step, Throwable reason) {
            listener.on(new RunEvent.CheckpointFailed(step, sentence(reason)));
        }

        /** The system's own, as of a full disk; others say little without their name. */
        private static String sentence(Throwable reason) {
            return reason.getClass() == IOException.class ? reason.getMessage() : reason.toString();
        }
    }
}
