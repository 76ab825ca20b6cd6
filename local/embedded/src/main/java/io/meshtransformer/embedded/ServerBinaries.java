package io.meshtransformer.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where PostgreSQL's programs are unpacked: once per user, into {@code ~/.cache/mtj/postgres}. The temporary folder
 * would be swept under a running server.
 */
final class ServerBinaries {
    /** The library's names: one folder per archive, with one file while it is unpacked and another one afterwards. */
    private static final String FOLDERS = "PG-*";

    private static final String UNPACKING = "epg-lock";
    private static final String UNPACKED = ".exists";

    private ServerBinaries() {}

    /** The user's cache, or a directory beside the data where there is no home to write to. */
    static Path directory(Path data) throws IOException {
        var cache = Path.of(System.getProperty("user.home"), ".cache", "mtj", "postgres");
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            return Files.createDirectories(data.resolveSibling("binaries"));
        }
        if (!Files.isWritable(cache)) {
            return Files.createDirectories(data.resolveSibling("binaries"));
        }
        dropUnfinished(cache);
        return cache;
    }

    /** The library never completes an unpacking that was broken off. */
    private static void dropUnfinished(Path cache) throws IOException {
        try (var folders = Files.newDirectoryStream(cache, FOLDERS)) {
            for (var folder : folders) {
                if (!Files.exists(folder.resolve(UNPACKED)) && nobodyUnpacks(folder)) {
                    Directories.delete(folder);
                }
            }
        }
    }

    private static boolean nobodyUnpacks(Path folder) throws IOException {
        try (var channel = FileChannel.open(
                        folder.resolve(UNPACKING), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process does.
            return false;
        }
    }
}
