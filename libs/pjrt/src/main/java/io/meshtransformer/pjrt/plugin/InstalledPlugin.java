package io.meshtransformer.pjrt.plugin;

import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A plugin in the cache, as the record beside it says.
 *
 * @param wheelSha256 the hash of the wheel that it came from
 * @param bytes the library's size
 * @param library the shared library
 */
public record InstalledPlugin(String name, String version, String wheelSha256, long bytes, Path library) {
    private static final String RECORD = "plugin.properties";

    /** Reads a plugin's directory; empty if there is none, or not a whole one. */
    static Optional<InstalledPlugin> read(Path directory) throws IOException {
        var file = directory.resolve(RECORD);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var record = new Properties();
        record.load(new StringReader(Files.readString(file)));
        var plugin = new InstalledPlugin(
                record.getProperty("name"),
                record.getProperty("version"),
                record.getProperty("sha256"),
                Long.parseLong(record.getProperty("size", "-1")),
                directory.resolve(record.getProperty("file", "")));
        return Files.isRegularFile(plugin.library) && Files.size(plugin.library) == plugin.bytes
                ? Optional.of(plugin)
                : Optional.empty();
    }

    /** Writes the record into the directory where the library lies. */
    void write(Path directory) throws IOException {
        DurableFiles.write(
                directory.resolve(RECORD), """
                name=%s
                version=%s
                sha256=%s
                size=%d
                file=%s
                """.formatted(name, version, wheelSha256, bytes, library.getFileName()));
    }
}
