package io.meshtransformer.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Holds a directory for one owner at a time; the operating system lets go of it when the owner dies, however it dies. */
public final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock that is this file, in a directory that is there; nothing if somebody, in this process or another, has it. */
    public static Optional<DirectoryLock> tryTake(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (locked(channel)) {
            return Optional.of(new DirectoryLock(channel));
        }
        channel.close();
        return Optional.empty();
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // The holder is in this very process.
            return false;
        }
    }

    /** @throws UncheckedIOException if the operating system does not let go of it */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a directory's lock was not released: " + e, e);
        }
    }
}
