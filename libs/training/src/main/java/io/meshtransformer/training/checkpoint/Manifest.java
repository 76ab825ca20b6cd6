package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a checkpoint is and what it consists of: {@code manifest.json}.
 *
 * @param step optimiser steps taken
 * @param written when it was
 * @param validationLoss nats per token, if the weights were evaluated
 * @param cursor where the run is in its data
 * @param configuration of the run
 * @param files all but the manifest and its hash
 */
public record Manifest(
        long step,
        Instant written,
        OptionalDouble validationLoss,
        JsonNode cursor,
        JsonNode configuration,
        List<ManifestFile> files) {
    /** Of the format; a reader refuses another. */
    static final int VERSION = 1;

    public Manifest {
        requireNonNull(written, "written is null");
        requireNonNull(validationLoss, "validation loss is null");
        requireNonNull(cursor, "cursor is null");
        requireNonNull(configuration, "configuration is null");
        files = List.copyOf(files);
    }

    /** Of all files together. */
    public long bytes() {
        return files.stream().mapToLong(ManifestFile::bytes).sum();
    }
}
