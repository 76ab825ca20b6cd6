package io.meshtransformer.training.data.document;

import io.airlift.compress.zstd.ZstdInputStream;
import io.meshtransformer.training.data.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A file that documents come from.
 *
 * @param kind by the end of its name
 * @param bytes on the disk
 */
public record SourceFile(Path path, Kind kind, long bytes) {
    private static final int BUFFER_BYTES = 1 << 17;

    /** What a file can be, by the end of its name: .txt, .jsonl, .tfrecord or .tfrecords, and .gz or .zst behind it. */
    public enum Kind {
        TEXT,
        JSON_LINES,
        TFRECORDS
    }

    /**
     * The files that are meant: each file itself, of each folder those that can be read, in the order of their names,
     * those of its folders included.
     *
     * @throws DataException if one is missing or of no known kind, or a folder has no such file
     */
    public static List<SourceFile> find(List<Path> sources) throws IOException {
        var files = new ArrayList<SourceFile>();
        for (var source : sources) {
            if (Files.isDirectory(source)) {
                files.addAll(in(source));
            } else if (!Files.isRegularFile(source)) {
                throw new DataException.InvalidSource(source, "there is no such file or folder");
            } else {
                var kind = kind(source)
                        .orElseThrow(
                                () -> new DataException.InvalidSource(
                                        source,
                                        "its name must end in .txt, .jsonl or .tfrecords, and may have .gz or .zst behind that"));
                files.add(new SourceFile(source, kind, Files.size(source)));
            }
        }
        return files;
    }

    private static List<SourceFile> in(Path folder) throws IOException {
        var files = new ArrayList<SourceFile>();
        try (var paths = Files.walk(folder)) {
            for (var path : paths.filter(Files::isRegularFile).sorted().toList()) {
                var kind = kind(path);
                if (kind.isPresent()) {
                    files.add(new SourceFile(path, kind.get(), Files.size(path)));
                }
            }
        }
        if (files.isEmpty()) {
            throw new DataException.InvalidSource(
                    folder,
                    "the folder has no file whose name ends in .txt, .jsonl or .tfrecords (or that and .gz or .zst)");
        }
        return files;
    }

    private static Optional<Kind> kind(Path path) {
        var name = path.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
        if (name.endsWith(".txt")) {
            return Optional.of(Kind.TEXT);
        } else if (name.endsWith(".jsonl")) {
            return Optional.of(Kind.JSON_LINES);
        } else if (name.endsWith(".tfrecord") || name.endsWith(".tfrecords")) {
            return Optional.of(Kind.TFRECORDS);
        }
        return Optional.empty();
    }

    /**
     * Its content as it is on the disk.
     *
     * @param bytesRead is told how many bytes have been read so far
     */
    InputStream openRaw(LongConsumer bytesRead) throws IOException {
        return new CountedInputStream(Files.newInputStream(path), bytesRead);
    }

    /** Its content, decompressed where its name says that it is compressed. */
    InputStream open(LongConsumer bytesRead) throws IOException {
        var file = new BufferedInputStream(openRaw(bytesRead), BUFFER_BYTES);
        var name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        try {
            if (name.endsWith(".gz")) {
                return new GZIPInputStream(file, BUFFER_BYTES);
            }
            return name.endsWith(".zst") ? new ZstdInputStream(file) : file;
        } catch (IOException e) {
            file.close();
            throw new DataException.InvalidSource(path, "it cannot be decompressed: " + e.getMessage(), e);
        }
    }
}
