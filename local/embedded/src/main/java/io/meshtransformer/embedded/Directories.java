package io.meshtransformer.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** Directories that are made, renamed and deleted as a whole. */
final class Directories {
    private Directories() {}

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
            Files.move(directory, name, StandardCopyOption.ATOMIC_MOVE);
            try (var parent = FileChannel.open(name.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
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
