package io.meshtransformer.evaluation.task;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How a file of documents is packed, by the end of its name. */
enum Packing {
    NONE(""),
    GZIP(".gz"),
    BZIP2(".bz2"),
    ZSTD(".zst");

    private static final String XZ = ".xz";

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    static Packing of(Path file) {
        return Arrays.stream(values())
                .filter(packing -> packing != NONE && file.toString().endsWith(packing.suffix))
                .findFirst()
                .orElse(NONE);
    }

    /** The file as it is, else packed. */
    static Optional<Path> found(Path file) {
        return Arrays.stream(values())
                .map(packing -> named(file, packing.suffix))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Path named(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** @throws TaskException.DataUnavailable if the file is there as {@code .xz}, which can't be read */
    static void requireNoOther(Path file) {
        var packed = named(file, XZ);
        if (Files.isRegularFile(packed)) {
            throw new TaskException.DataUnavailable(
                    "%s is packed as %s, which is not read here (%s, %s and %s are); unpack it: xz -d %s"
                            .formatted(packed, XZ, GZIP.suffix, BZIP2.suffix, ZSTD.suffix, packed),
                    null);
        }
    }

    InputStream unpacked(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in);
            // Of several streams one after the other, as pbzip2 writes them, all.
            case BZIP2 -> new BZip2CompressorInputStream(new BufferedInputStream(in), true);
            case ZSTD -> new ZstdInputStream(in);
        };
    }
}
