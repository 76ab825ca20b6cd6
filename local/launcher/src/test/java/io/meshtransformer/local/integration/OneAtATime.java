package io.meshtransformer.local.integration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What two test processes must not do at the same moment. A suite chooses free ports and listens on them some seconds later:
 * another that chooses meanwhile might get the same.
 */
final class OneAtATime implements AutoCloseable {
    private static final Path LOCK = Path.of("target", "one-at-a-time.lock");

    private final FileChannel channel;

    private OneAtATime(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the other process to close its own. */
    static OneAtATime begin() throws IOException {
        Files.createDirectories(LOCK.getParent());
        var channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.lock();
            return new OneAtATime(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
