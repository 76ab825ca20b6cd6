package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.lora.AdapterConfig;
import io.meshtransformer.training.checkpoint.CheckpointException.Damaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * A checkpoint that was committed: a model directory of Hugging Face's layout, or an adapter's of PEFT's, and a manifest
 * that says what it holds.
 */
public record CommittedCheckpoint(Path directory, Manifest manifest) {
    private static final int MOST_THREADS = 8;

    public CommittedCheckpoint {
        requireNonNull(directory, "directory is null");
        requireNonNull(manifest, "manifest is null");
    }

    /**
     * The checkpoint in a directory, by its manifest and the sizes of its files; nothing where there is no manifest.
     *
     * @throws Damaged if something is missing or has another size
     */
    public static Optional<CommittedCheckpoint> at(Path directory) throws IOException {
        return Files.exists(directory.resolve(ManifestJson.FILE)) ? Optional.of(read(directory)) : Optional.empty();
    }

    /**
     * Reads the manifest and compares the sizes of files.
     *
     * @throws Damaged if something is missing or has another size
     */
    static CommittedCheckpoint read(Path directory) throws IOException {
        var manifest = ManifestJson.read(directory);
        var named = StepName.committed(directory).orElse(manifest.step());
        if (named != manifest.step()) {
            throw new Damaged(directory, "its manifest is of step " + manifest.step());
        }
        for (var file : manifest.files()) {
            requireBytes(directory.resolve(file.name()), file.bytes());
        }
        return new CommittedCheckpoint(directory, manifest);
    }

    private static void requireBytes(Path file, long bytes) throws IOException {
        try {
            var actual = Files.size(file);
            if (actual != bytes) {
                throw new Damaged(file, "it has " + actual + " bytes, the manifest says " + bytes);
            }
        } catch (NoSuchFileException e) {
            throw new Damaged(file, "it is missing", e);
        }
    }

    /** Optimiser steps taken. */
    public long step() {
        return manifest.step();
    }

    /** Whether it holds adapters in place of a model. */
    public boolean holdsAdapters() {
        return manifest.files().stream().anyMatch(file -> file.name().equals(AdapterConfig.FILE));
    }

    /**
     * Reads every byte, several files at once, and compares the hashes.
     *
     * @throws Damaged if a file is not what was written; names it
     */
    public void verify() throws IOException {
        var threads = Math.min(
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                Math.max(1, manifest.files().size()));
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (var result : pool.invokeAll(
                    manifest.files().stream().map(this::verification).toList())) {
                result.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("the files of " + directory + " were not compared: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the files of " + directory + " were compared", e);
        }
    }

    private Callable<Void> verification(ManifestFile file) {
        return () -> {
            var path = directory.resolve(file.name());
            var hash = Sha256.of(path);
            if (!hash.equals(file.sha256())) {
                throw new Damaged(path, "its SHA-256 is " + hash + ", the manifest says " + file.sha256());
            }
            return null;
        };
    }

    /**
     * Opens it for reading, without comparing hashes.
     *
     * @throws IOException if a file cannot be read
     */
    public StoredState open() throws IOException {
        return StoredState.open(this);
    }
}
