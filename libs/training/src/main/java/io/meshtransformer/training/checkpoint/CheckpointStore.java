package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DirectoryLock;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.safetensors.ShardedSafetensorsWriter;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointCatalog.LatestValid;
import io.meshtransformer.training.checkpoint.CheckpointException.InUse;
import io.meshtransformer.training.checkpoint.StepName.Aside;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The checkpoints of a run, for the one process that writes them. A checkpoint is written aside, brought to the disk and
 * committed by one rename: whatever is killed, and whenever, a directory {@code step-…} is whole. The last committed is
 * never deleted before the next is committed.
 *
 * <p>One commit is made at a time, another waits; reading is free.
 */
public final class CheckpointStore implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CheckpointStore.class.getName());
    private static final String LOCK = ".lock";

    private final Path directory;
    private final RetentionRule rule;
    private final InstantSource clock;
    private final long mostShardBytes;
    private final CheckpointCatalog catalog;
    private final DirectoryLock lock;
    private boolean closed;

    private CheckpointStore(
            Path directory, RetentionRule rule, InstantSource clock, long mostShardBytes, DirectoryLock lock) {
        this.directory = directory;
        this.rule = requireNonNull(rule, "rule is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.mostShardBytes = mostShardBytes;
        this.catalog = new CheckpointCatalog(directory);
        this.lock = lock;
    }

    /**
     * Takes a run's {@code checkpoints} directory, which is made where it is missing, and clears away what a killed
     * process left there.
     *
     * @throws InUse if another store, of this process or another, has it
     */
    public static CheckpointStore open(Path directory, RetentionRule rule, InstantSource clock) throws IOException {
        return open(directory, rule, clock, ShardedSafetensorsWriter.MOST_SHARD_BYTES);
    }

    static CheckpointStore open(Path directory, RetentionRule rule, InstantSource clock, long mostShardBytes)
            throws IOException {
        Files.createDirectories(directory);
        var lock = DirectoryLock.tryTake(directory.resolve(LOCK)).orElseThrow(() -> new InUse(directory));
        try {
            var store = new CheckpointStore(directory, rule, clock, mostShardBytes, lock);
            store.clearAway();
            return store;
        } catch (Throwable e) {
            lock.close();
            throw e;
        }
    }

    private void clearAway() throws IOException {
        List<StepName.Found> left;
        try (var paths = Files.list(directory)) {
            left = paths.flatMap(path -> StepName.aside(path).stream()).toList();
        }
        for (var found : left) {
            var name = directory.resolve(found.name());
            if (found.why() == Aside.REPLACED && !Files.exists(name)) {
                DurableFiles.rename(found.directory(), name);
            } else {
                DurableFiles.deleteTree(found.directory());
            }
        }
    }

    /** For reading, in this process or any other. */
    public CheckpointCatalog catalog() {
        return catalog;
    }

    /** See {@link CheckpointCatalog#list}. */
    public List<CommittedCheckpoint> list() throws IOException {
        return catalog.list();
    }

    /** See {@link CheckpointCatalog#latest}. */
    public Optional<CommittedCheckpoint> latest() throws IOException {
        return catalog.latest();
    }

    /** See {@link CheckpointCatalog#open}. */
    public StoredState open(long step) throws IOException {
        return catalog.open(step);
    }

    /** See {@link CheckpointCatalog#openLatestValid}. */
    public LatestValid openLatestValid() throws IOException {
        return catalog.openLatestValid();
    }

    /**
     * Writes a state and commits it under its step, in place of an earlier one of that step; then deletes what the rule
     * does not keep. Memory of some megabytes is taken, however large the state is.
     *
     * @throws IllegalArgumentException if the state does not have the weights that the configuration asks for
     * @throws IOException if it could not be written whole; then nothing of it remains, and nothing else has changed
     */
    public synchronized CommittedCheckpoint commit(TrainingState state, CheckpointInfo info) throws IOException {
        if (closed) {
            throw new IllegalStateException("the checkpoints in " + directory + " are closed");
        }
        var step = state.step();
        var aside = aside(step, Aside.PARTIAL);
        try {
            var manifest = write(Files.createDirectory(aside), state, info);
            DurableFiles.force(aside);
            publish(aside, step);
            var checkpoint = new CommittedCheckpoint(directory.resolve(StepName.of(step)), manifest);
            deleteAllBut(checkpoint);
            return checkpoint;
        } catch (Throwable e) {
            try {
                DurableFiles.deleteTree(aside);
            } catch (IOException deletion) {
                e.addSuppressed(deletion);
            }
            throw e;
        }
    }

    private Path aside(long step, Aside why) {
        return directory.resolve(
                StepName.aside(step, why, ThreadLocalRandom.current().nextLong()));
    }

    private Manifest write(Path aside, TrainingState state, CheckpointInfo info) throws IOException {
        var files = new StateFiles(aside, state, mostShardBytes).write(info);
        var manifest = new Manifest(
                state.step(), clock.instant(), info.validationLoss(), info.cursor(), info.configuration(), files);
        ManifestJson.write(manifest, aside);
        return manifest;
    }

    private void publish(Path aside, long step) throws IOException {
        var name = directory.resolve(StepName.of(step));
        if (!Files.exists(name)) {
            DurableFiles.rename(aside, name);
            return;
        }
        // The run went back and comes here again. A kill between the two renames is undone at the next opening.
        var replaced = aside(step, Aside.REPLACED);
        DurableFiles.rename(name, replaced);
        try {
            DurableFiles.rename(aside, name);
        } catch (IOException e) {
            if (!Files.exists(name)) {
                DurableFiles.rename(replaced, name);
            }
            throw e;
        }
        delete(replaced);
    }

    /** The commit stands, whatever comes of this; what is not deleted now is deleted after the next commit. */
    private void deleteAllBut(CommittedCheckpoint committed) {
        try {
            var checkpoints = list();
            var kept = rule.kept(checkpoints, committed.step());
            kept.addAll(catalog.pinned());
            for (var checkpoint : checkpoints) {
                if (!kept.contains(checkpoint.step())) {
                    var deleted = aside(checkpoint.step(), Aside.DELETED);
                    DurableFiles.rename(checkpoint.directory(), deleted);
                    delete(deleted);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "old checkpoints in {0} were not deleted: {1}", directory, e.toString());
        }
    }

    /** What can't be deleted now is deleted at the next opening; the commit stands. */
    private static void delete(Path aside) {
        try {
            DurableFiles.deleteTree(aside);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the old checkpoint {0} was not deleted: {1}", aside, e.toString());
        }
    }

    /** See {@link CheckpointCatalog#pin}. */
    public void pin(long step) throws IOException {
        catalog.pin(step);
    }

    /** See {@link CheckpointCatalog#unpin}. */
    public void unpin(long step) throws IOException {
        catalog.unpin(step);
    }

    /** Lets another process write here, after the commit that is under way. */
    @Override
    public synchronized void close() {
        closed = true;
        lock.close();
    }
}
