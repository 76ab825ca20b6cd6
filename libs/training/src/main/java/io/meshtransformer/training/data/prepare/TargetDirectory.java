package io.meshtransformer.training.data.prepare;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.training.data.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/**
 * A folder that appears whole: what it will have is written to {@code .NAME.partial} beside it, which takes its name at
 * the end. What a killed process left there is removed by the next one.
 */
final class TargetDirectory implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path target;
    private final Path partial;
    private final FileChannel lock;

    private TargetDirectory(Path target, Path partial, FileChannel lock) {
        this.target = target;
        this.partial = partial;
        this.lock = lock;
    }

    /** @throws DataException if something has the name already, or another process writes to it */
    static TargetDirectory create(Path path) throws IOException {
        var target = path.toAbsolutePath().normalize();
        requireFree(target, path);
        var partial = target.resolveSibling("." + target.getFileName() + ".partial");
        Files.createDirectories(partial);
        var lock = FileChannel.open(partial.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!locked(lock)) {
                throw new DataException.CannotPrepare(path + " is being written by another process");
            }
            deleteAllBut(partial.resolve(LOCK), partial);
            return new TargetDirectory(target, partial, lock);
        } catch (Throwable e) {
            lock.close();
            throw e;
        }
    }

    private static void requireFree(Path target, Path asGiven) throws IOException {
        if (Files.isDirectory(target)) {
            try (var entries = Files.list(target)) {
                if (entries.findAny().isEmpty()) {
                    return;
                }
            }
        }
        if (Files.exists(target)) {
            throw new DataException.CannotPrepare(
                    asGiven + " is there already: delete it first, or choose another folder");
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Where everything is written. */
    Path partial() {
        return partial;
    }

    /** Gives the folder its name; every file in it must be on the disk. */
    void complete() throws IOException {
        Files.delete(partial.resolve(LOCK));
        lock.close();
        DurableFiles.publish(partial, target);
    }

    /** Without {@link #complete()} nothing remains. */
    @Override
    public void close() throws IOException {
        if (lock.isOpen()) {
            deleteAllBut(null, partial);
            lock.close();
        }
    }

    private static void deleteAllBut(Path kept, Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (kept == null || !path.equals(kept) && !path.equals(directory)) {
                    Files.delete(path);
                }
            }
        }
    }
}
