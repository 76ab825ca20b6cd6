package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.training.checkpoint.CheckpointException.Absent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The committed checkpoints of a run, for any process that reads them, while a {@link CheckpointStore} of another may
 * write more and delete old ones.
 *
 * @param directory a run's {@code checkpoints}; where there is none there are no checkpoints
 */
public record CheckpointCatalog(Path directory) {
    public CheckpointCatalog {
        requireNonNull(directory, "directory is null");
    }

    /** A checkpoint that was passed over. */
    public record Skipped(Path directory, IOException reason) {}

    /** What is there, by step, and what of it is not whole. */
    public record Listing(List<CommittedCheckpoint> checkpoints, List<Skipped> skipped) {
        public Listing {
            checkpoints = List.copyOf(checkpoints);
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * The newest checkpoint that is whole to the last byte.
     *
     * @param state open for reading; nothing where no checkpoint is whole
     * @param skipped newer ones that are damaged, the newest first
     */
    public record LatestValid(Optional<StoredState> state, List<Skipped> skipped) {
        public LatestValid {
            skipped = List.copyOf(skipped);
        }
    }

    /** Reads all manifests and compares the sizes of files. */
    public Listing survey() throws IOException {
        var checkpoints = new ArrayList<CommittedCheckpoint>();
        var skipped = new ArrayList<Skipped>();
        for (var candidate : candidates()) {
            try {
                checkpoints.add(CommittedCheckpoint.read(candidate));
            } catch (CheckpointException e) {
                if (Files.exists(candidate)) {
                    skipped.add(new Skipped(candidate, e));
                }
            }
        }
        return new Listing(checkpoints, skipped);
    }

    /** The checkpoints whose manifests and sizes hold, by step. */
    public List<CommittedCheckpoint> list() throws IOException {
        return survey().checkpoints();
    }

    /** The newest whose manifest and sizes hold. */
    public Optional<CommittedCheckpoint> latest() throws IOException {
        var all = list();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The one of the lowest validation loss, of equal ones the earliest. */
    public Optional<CommittedCheckpoint> best() throws IOException {
        return RetentionRule.best(list());
    }

    /**
     * The checkpoint of a step.
     *
     * @throws Absent if there is none
     * @throws CheckpointException.Damaged if its manifest or a size does not hold
     */
    public CommittedCheckpoint find(long step) throws IOException {
        var checkpoint = directory.resolve(StepName.of(step));
        if (!Files.isDirectory(checkpoint)) {
            throw new Absent("there is no checkpoint of step " + step + " in " + directory + "; there are "
                    + list().stream().map(CommittedCheckpoint::step).toList());
        }
        return CommittedCheckpoint.read(checkpoint);
    }

    /**
     * Opens a checkpoint for reading, after every byte of it was compared.
     *
     * @throws Absent if there is none of this step
     * @throws CheckpointException.Damaged if a file is not what was written; names it
     */
    public StoredState open(long step) throws IOException {
        return open(find(step));
    }

    private static StoredState open(CommittedCheckpoint checkpoint) throws IOException {
        checkpoint.verify();
        return checkpoint.open();
    }

    /** Opens the newest checkpoint that is whole to the last byte, and says which it had to pass over. */
    public LatestValid openLatestValid() throws IOException {
        var skipped = new ArrayList<Skipped>();
        for (var candidate : candidates().reversed()) {
            try {
                return new LatestValid(Optional.of(open(CommittedCheckpoint.read(candidate))), skipped);
            } catch (CheckpointException | ModelFormatException | NoSuchFileException e) {
                if (Files.exists(candidate)) {
                    skipped.add(new Skipped(candidate, e));
                }
            }
        }
        return new LatestValid(Optional.empty(), skipped);
    }

    /** The steps that are kept whatever the rule says. */
    public Set<Long> pinned() throws IOException {
        try (var paths = Files.list(directory)) {
            var pinned = new HashSet<Long>();
            paths.forEach(path -> StepName.pinned(path).ifPresent(pinned::add));
            return pinned;
        }
    }

    /**
     * Keeps a checkpoint until {@link #unpin}, because it is served, say: from any process, and longer than that lives.
     *
     * @throws CheckpointException.Absent if there is none of this step, or its run deleted it this very moment
     */
    public void pin(long step) throws IOException {
        find(step);
        var pin = directory.resolve(StepName.pin(step));
        if (Files.notExists(pin)) {
            DurableFiles.replace(pin, new byte[0]);
        }
        find(step);
    }

    /** Leaves a checkpoint to the rule again, from the next commit on. */
    public void unpin(long step) throws IOException {
        Files.deleteIfExists(directory.resolve(StepName.pin(step)));
    }

    /** By step. */
    private List<Path> candidates() throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.filter(path -> StepName.committed(path).isPresent())
                    .sorted(Comparator.comparingLong(
                            path -> StepName.committed(path).orElseThrow()))
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
