package io.meshtransformer.local.model;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.checkpoint.CheckpointException;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A checkpoint of a training run as a model to serve: {@code RUN@STEP}, {@code RUN@latest}, which {@code RUN} means too,
 * or {@code RUN@best}.
 *
 * @param which what stands behind the @
 */
record RunCheckpoint(String run, String which) {
    private static final Pattern REFERENCE =
            Pattern.compile("(?<run>[a-z0-9][a-z0-9._-]*)(@(?<which>\\d{1,18}|latest|best))?");
    private static final String LATEST = "latest";
    private static final String BEST = "best";

    RunCheckpoint {
        requireNonNull(run, "run is null");
        requireNonNull(which, "which is null");
    }

    /** Nothing where it is no name of that form. */
    static Optional<RunCheckpoint> parse(String reference) {
        var matcher = REFERENCE.matcher(reference);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var which = matcher.group("which");
        return Optional.of(new RunCheckpoint(matcher.group("run"), which == null ? LATEST : which));
    }

    /**
     * The checkpoint among runs.
     *
     * @param runs folder of all runs
     * @return nothing where there is no such run
     * @throws LauncherException if the run has no such checkpoint, listing the steps that there are; or if it trains
     *     adapters, saying how a model is made of them
     */
    Optional<CommittedCheckpoint> find(Path runs) {
        var folder = runs.resolve(run);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        var catalog = new CheckpointCatalog(folder.resolve("checkpoints"));
        try {
            var checkpoint =
                    switch (which) {
                        case LATEST -> catalog.latest().orElseThrow(() -> none("no checkpoint yet"));
                        case BEST -> catalog.best().orElseThrow(() -> none("no checkpoint with a validation loss"));
                        default -> catalog.find(Long.parseLong(which));
                    };
            if (checkpoint.holdsAdapters()) {
                throw new LauncherException(
                        "model '" + run + "@" + which + "': " + Adapter.isNoModel(checkpoint.directory()));
            }
            return Optional.of(checkpoint);
        } catch (CheckpointException e) {
            throw new LauncherException("model '" + run + "@" + which + "': " + e.getMessage(), e);
        } catch (IOException e) {
            throw new LauncherException("the checkpoints of the run '" + run + "' can't be read: " + e, e);
        }
    }

    private LauncherException none(String what) {
        return new LauncherException("model '" + run + "@" + which + "': the run has " + what);
    }
}
