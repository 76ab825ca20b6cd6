package io.meshtransformer.embedded;

import io.meshtransformer.files.DirectoryLock;
import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** Directories that are made, renamed and deleted as a whole. */
final class Directories {
    private static final String LOCK = "mtj.lock";

    private Directories() {}

    /** @throws EmbeddedException if somebody else, in this process or another, holds the directory */
    static DirectoryLock lock(Path directory, String what) {
        try {
            Files.createDirectories(directory);
            return DirectoryLock.tryTake(directory.resolve(LOCK))
                    .orElseThrow(() -> new EmbeddedException(
                            what + " cannot use " + directory + ": another one already runs on it"));
        } catch (IOException e) {
            throw new EmbeddedException(what + " cannot use " + directory + ": " + e, e);
        }
    }

    static Path temporary(String prefix) {
        try {
            return Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new EmbeddedException("no temporary directory for " + prefix + ": " + e, e);
        }
    }

    /** Gives a directory another name beside its own, for good: a crash of the machine does not take that back. */
    static void rename(Path directory, Path name) {
        try {
            DurableFiles.rename(directory, name);
        } catch (IOException e) {
            throw new EmbeddedException(directory + " was not renamed to " + name.getFileName() + ": " + e, e);
        }
    }

    static void delete(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // A background task of the server removed a file of its own between the listing and the deletion.
            deleteAgain(directory, e);
        } catch (UncheckedIOException | IOException e) {
            throw new EmbeddedException(directory + " was not deleted: " + e, e);
        }
    }

    private static void deleteAgain(Path directory, NoSuchFileException first) {
        if (Files.exists(directory) && !first.getFile().equals(directory.toString())) {
            delete(directory);
        }
    }
}
