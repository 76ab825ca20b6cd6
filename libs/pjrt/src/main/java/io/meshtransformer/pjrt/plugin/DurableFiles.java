package io.meshtransformer.pjrt.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.function.LongConsumer;

/** Files that are on the disk when a method returns. */
final class DurableFiles {
    private static final int CHUNK = 1 << 20;

    private DurableFiles() {}

    static void write(Path file, String text) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Copies a stream, telling after each part how many bytes there are. */
    static long copy(InputStream source, Path file, LongConsumer progress) throws IOException {
        var chunk = new byte[CHUNK];
        var done = 0L;
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (var read = source.read(chunk); read >= 0; read = source.read(chunk)) {
                var bytes = ByteBuffer.wrap(chunk, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                done += read;
                progress.accept(done);
            }
            channel.force(true);
        }
        return done;
    }

    /** Gives a whole directory its name, in one step. */
    static void publish(Path directory, Path name) throws IOException {
        force(directory);
        Files.move(directory, name, StandardCopyOption.ATOMIC_MOVE);
        force(name.getParent());
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
