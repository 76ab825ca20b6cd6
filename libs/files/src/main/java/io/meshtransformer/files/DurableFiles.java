package io.meshtransformer.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

/**
 * Files and directories that are whole or not there, and on the disk when a method returns: a crash of the machine does
 * not take them back.
 */
public final class DurableFiles {
    private static final int CHUNK = 1 << 20;

    private DurableFiles() {}

    /** @throws java.nio.file.FileAlreadyExistsException if the file is there already */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws java.nio.file.FileAlreadyExistsException if the file is there already */
    public static void write(Path file, byte[] content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(channel, ByteBuffer.wrap(content));
            channel.force(true);
        }
    }

    /**
     * Writes a file, or puts another in its place, in one step: aside first, so that nobody reads half of it. Of several
     * that replace the same file at once, one wins.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        var random = Long.toHexString(ThreadLocalRandom.current().nextLong());
        var aside = file.resolveSibling("." + file.getFileName() + "." + random + ".part");
        try {
            write(aside, content);
            rename(aside, file);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /**
     * Copies a stream, telling after each part how many bytes there are.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file is there already
     */
    public static long copy(InputStream source, Path file, LongConsumer progress) throws IOException {
        var chunk = new byte[CHUNK];
        var done = 0L;
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (var read = source.read(chunk); read >= 0; read = source.read(chunk)) {
                writeFully(channel, ByteBuffer.wrap(chunk, 0, read));
                done += read;
                progress.accept(done);
            }
            channel.force(true);
        }
        return done;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Gives a directory, whose files are on the disk, its name in one step. */
    public static void publish(Path directory, Path name) throws IOException {
        force(directory);
        rename(directory, name);
    }

    /** Gives a file or directory another name on the same file system in one step; a file takes the place of another. */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(to.toAbsolutePath().getParent());
    }

    /** Brings a directory's list of names to the disk. */
    public static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a directory with all that is in it; does nothing where there is none. Links are not followed. */
    public static void deleteTree(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (NoSuchFileException gone) {
            if (Files.exists(directory)) {
                throw gone;
            }
        }
    }
}
