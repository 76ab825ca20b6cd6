package io.meshtransformer.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** Directories that live as long as a test run. */
final class Directories {
    private Directories() {}

    static Path temporary(String prefix) {
        try {
            return Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new EmbeddedException("no temporary directory for " + prefix + ": " + e, e);
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
